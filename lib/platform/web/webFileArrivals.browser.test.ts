import { afterEach, expect, it } from 'vitest';

import type { GivenFile } from '../types';
import { createWebFileArrivals } from './webFileArrivals';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

const nameOf = (file: GivenFile) => (typeof file === 'string' ? file : file.name);

function watch(arrivals = createWebFileArrivals({})) {
  const seen = { files: [] as GivenFile[], hovers: [] as boolean[] };
  const stop = arrivals.subscribe({
    onFiles: (files) => seen.files.push(...files),
    onHover: (isOver) => seen.hovers.push(isOver),
  });
  stops.push(stop);
  return { seen, stop };
}

function drag(kind: string, data: DataTransfer, target: EventTarget = document.body): boolean {
  const event = new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: data });
  return !target.dispatchEvent(event);
}

function filesData(): DataTransfer {
  const data = new DataTransfer();
  data.items.add(new File(['GGUF'], 'fox.gguf'));
  return data;
}

it('takes files that are dropped anywhere on the page, and shows when they hover', () => {
  const { seen } = watch();
  const child = document.body.appendChild(document.createElement('div'));
  const data = filesData();
  drag('dragenter', data);
  drag('dragenter', data, child);
  drag('dragleave', data);
  expect(seen.hovers).toEqual([true]);
  expect(drag('dragover', data, child)).toBe(true);
  expect(drag('drop', data, child)).toBe(true);
  expect(seen.hovers).toEqual([true, false]);
  expect(seen.files.map(nameOf)).toEqual(['fox.gguf']);
  child.remove();
});

it('leaves everything else that is dragged, and drops after the end, to the browser', () => {
  const { seen, stop } = watch();
  const text = new DataTransfer();
  text.setData('text/plain', 'words');
  expect(drag('dragover', text)).toBe(false);
  expect(drag('drop', text)).toBe(false);
  stop();
  expect(drag('drop', filesData())).toBe(false);
  expect(seen).toEqual({ files: [], hovers: [] });
});

it('takes files that the installed app was opened with, also before anything subscribed', async () => {
  const root = await navigator.storage.getDirectory();
  const handle = await root.getFileHandle('opened.gguf', { create: true });
  const launched = Promise.withResolvers<undefined>();
  const launchQueue = {
    setConsumer(consumer: (launch: { files: readonly FileSystemFileHandle[] }) => void) {
      consumer({ files: [handle] });
      launched.resolve(undefined);
    },
  };
  const arrivals = createWebFileArrivals({ launchQueue });
  const arrived = new Promise<readonly GivenFile[]>((resolve) => {
    stops.push(arrivals.subscribe({ onFiles: resolve, onHover: () => undefined }));
  });
  await launched.promise;
  expect((await arrived).map(nameOf)).toEqual(['opened.gguf']);
  await root.removeEntry('opened.gguf');
});
