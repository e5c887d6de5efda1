/** Looks up what tokens of a model's vocabulary say: the engine in a browser tells their numbers alone. */
import { createGgufBytes } from '../../gguf/ggufBytes';
import type { ReadBytes } from '../../gguf/ggufBytes';

export interface Vocabulary {
  read: ReadBytes;
  fileBytes: number;
  /** Of the first token's length, from the start of the file. */
  startBytes: number;
}

/** In the order of `ids`; empty for a number below zero, which is how the engine says that there is none. */
export async function readTokenTexts(
  { read, fileBytes, startBytes }: Vocabulary,
  ids: readonly number[],
): Promise<string[]> {
  const bytes = createGgufBytes(read, { fileBytes, hereBytes: fileBytes });
  const texts = new Map<number, string>();
  const last = Math.max(...ids);
  bytes.skip(startBytes);
  for (let id = 0; id <= last; id += 1) {
    if (!bytes.has(8)) await bytes.fill(8);
    const lengthBytes = bytes.takeUint64();
    if (ids.includes(id)) {
      await bytes.fill(lengthBytes);
      texts.set(id, new TextDecoder().decode(bytes.take(lengthBytes)));
    } else {
      bytes.skip(lengthBytes);
    }
  }
  return ids.map((id) => texts.get(id) ?? '');
}
