/** Recognises, by its first bytes, a file that has a model's name and isn't a model. Pure. */

/** The number of first bytes that is enough. */
export const SIGNATURE_BYTES = 64;

/* eslint-disable no-control-regex -- bytes are what they look for */
const SIGNATURES: readonly [signature: RegExp, is: string][] = [
  [/^PK\x03\x04/, 'it is a ZIP archive, as PyTorch writes them'],
  [/^[^]{5}\0\0\0\s*\{/, 'it is a file of safetensors'],
  [/^(tjgg|fmgg|lmgg|ggjt|ggmf|ggml|algg)/, 'it is of a format from before GGUF'],
  [/^version https:\/\/git-lfs/, 'it is a pointer of Git LFS in place of the file'],
  [/^(\x1f\x8b|\x28\xb5\x2f\xfd|\xfd7zXZ|BZh|7z\xbc\xaf)/, 'it is compressed'],
  [/^\s*<(!doctype|html|\?xml)/i, 'it is a web page'],
  [/^\s*\{\s*"/, 'it is a text in JSON'],
  [/^\x80[\x02-\x05]/, 'it is a checkpoint of Python’s pickle'],
];
/* eslint-enable no-control-regex */

/** The kind of file, in words for a person; undefined for a model and for an unknown kind. */
export function foreignKind(firstBytes: Uint8Array): string | undefined {
  const text = String.fromCharCode(...firstBytes.subarray(0, SIGNATURE_BYTES));
  return SIGNATURES.find(([signature]) => signature.test(text))?.[1];
}
