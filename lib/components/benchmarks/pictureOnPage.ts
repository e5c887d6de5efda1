/** Draws a picture on a canvas of the page, and gives it to the clipboard or as a file. Browsers only. */
import { setImageAsync } from 'expo-clipboard';
import { drawBenchmarks, pictureSize, type Pen, type PictureFacts } from './benchmarkPicture';

interface Canvas {
  width: number;
  height: number;
  getContext(kind: '2d'): Pen | null;
  toDataURL(type: string): string;
}
interface Anchor {
  href: string;
  download: string;
  click(): void;
}
interface Page {
  createElement(name: 'canvas'): Canvas;
  createElement(name: 'a'): Anchor;
}

/** What became of the picture: browsers may refuse pictures in the clipboard, and then it is saved as a file. */
export async function sharePicture(facts: PictureFacts): Promise<'copied' | 'saved'> {
  const { document } = globalThis as unknown as { document: Page };
  const canvas = Object.assign(document.createElement('canvas'), pictureSize(facts));
  const pen = canvas.getContext('2d');
  if (pen === null) throw new Error('This page has no canvas.');
  drawBenchmarks(pen, facts);
  const address = canvas.toDataURL('image/png');
  try {
    // Drawn at once, so that a browser still counts this as a part of the press.
    await setImageAsync(address.slice(address.indexOf(',') + 1));
    return 'copied';
  } catch {
    Object.assign(document.createElement('a'), {
      ...{ href: address, download: 'benchmarks.png' },
    }).click();
    return 'saved';
  }
}
