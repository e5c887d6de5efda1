/** Fetches the index of a file, and checks it before it is used. */
import type { SourceIndex } from '../../ai/runtimes/modelBuild';
import { sha256 } from '../../platform/shared/sha256';
import { askText, type AskTools } from '../answers/askText';
import { MOST_INDEX_BYTES, parseIndex, type FileIndex } from './fileIndex';

/**
 * The index of a file of that size; undefined when the answer isn't the index that the catalog states.
 * @throws ModelError NET_*, REDIRECT_UNSAFE, HTTP_UNEXPECTED; AbortError
 */
export async function readIndex(
  tools: AskTools,
  { index, sizeBytes }: { index: SourceIndex; sizeBytes: number },
  signal: AbortSignal,
): Promise<FileIndex | undefined> {
  if (index.sizeBytes > MOST_INDEX_BYTES) return undefined;
  const question = { url: index.url, maxBytes: index.sizeBytes };
  const { status, text } = await askText(tools, question, signal);
  if (status !== 200 || text.length !== index.sizeBytes || hexOf(text) !== index.sha256) {
    return undefined;
  }
  return parseIndex(text, sizeBytes);
}

// An index consists of ASCII alone; of any other text this isn't the digest.
function hexOf(text: string): string {
  return [...sha256(text)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
