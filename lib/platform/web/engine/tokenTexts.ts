/** Looks up the texts of tokens in a model's vocabulary: the engine in a browser only gives their numbers. */
import { createGgufBytes } from '../../gguf/ggufBytes';
import type { ReadBytes } from '../../gguf/ggufBytes';

export interface Vocabulary {
  read: ReadBytes;
  fileBytes: number;
  /** The offset of the first token's length, from the start of the file. */
  startBytes: number;
}

/**
 * The texts in the order of `ids`. A text is empty for a negative id, with which the engine says that there is no
 * token.
 */
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
