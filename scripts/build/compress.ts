/** Compresses a build once, so that the server never has to. */
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';

const compress = promisify(brotliCompress);

// Not `gguf`: its reader compares Content-Length with the file's own size.
const COMPRESSIBLE = /\.(css|html|js|json|map|mjs|svg|ttf|wasm)$/;
const SMALLEST_BYTES = 1024;

// The two best qualities take 14 s and 23 s for the engine's 9 MB, and save a tenth. For text they take 1 s.
const LARGE_BYTES = 4 * 1024 * 1024;
const QUALITY = { large: 9, small: 10 };

/** Writes a `.br` file beside every file below `folder` that becomes smaller by compression. */
export async function compressFiles(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const paths = entries
    .filter((entry) => entry.isFile() && COMPRESSIBLE.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  await Promise.all(paths.map(compressFile));
}

async function compressFile(path: string): Promise<void> {
  const { size } = await stat(path);
  if (size < SMALLEST_BYTES) return;
  const compressed = await compress(await readFile(path), {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: size > LARGE_BYTES ? QUALITY.large : QUALITY.small,
      [constants.BROTLI_PARAM_SIZE_HINT]: size,
    },
  });
  if (compressed.length < size) await writeFile(`${path}.br`, compressed);
}
