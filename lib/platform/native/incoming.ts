/** What the system brings lies beside its place until it is whole. Takes it in, or keeps what it is good for. */
import type { ModelFilesModule } from '../../../modules/model-files';
import { ModelError } from '../../errors';
import { diskError } from './nativeErrors';
import { barePath, fileAt } from './nativePaths';

const SUFFIX = '.incoming';

export interface Incoming {
  /** Of the file's place, in the store. */
  path: string;
  /** Undefined where nobody has said. */
  expectedBytes: number | undefined;
  host: string;
}

export function incomingPath(path: string): string {
  return path + SUFFIX;
}

/** The place that an incoming file is for, or undefined for any other file. */
export function placeOfIncoming(path: string): string | undefined {
  return path.endsWith(SUFFIX) ? path.slice(0, -SUFFIX.length) : undefined;
}

/** Bytes at a path of the store; undefined when there is no file. */
export function sizeAt(path: string): number | undefined {
  const file = fileAt(barePath(path));
  return file.exists ? file.size : undefined;
}

export function isWhole({ path, expectedBytes }: Incoming): boolean {
  return expectedBytes !== undefined && sizeAt(incomingPath(path)) === expectedBytes;
}

/**
 * Renames what came into its place; resolves with its size.
 * @throws ModelError NET_INTERRUPTED for too few bytes, which stay; LENGTH_MISMATCH for too many; DISK_IO
 */
export async function takeIn(
  modelFiles: ModelFilesModule,
  { path, expectedBytes, host }: Incoming,
): Promise<number> {
  const actualBytes = sizeAt(incomingPath(path)) ?? 0;
  if (expectedBytes !== undefined && actualBytes < expectedBytes) {
    throw new ModelError('NET_INTERRUPTED', { host });
  }
  if (expectedBytes !== undefined && actualBytes > expectedBytes) {
    await modelFiles.remove(barePath(incomingPath(path)));
    throw tooMuch(path, { expectedBytes, actualBytes });
  }
  await rename(modelFiles, path);
  return actualBytes;
}

export function tooMuch(
  path: string,
  sizes: { expectedBytes: number; actualBytes: number },
): ModelError {
  const fileName = path.slice(path.lastIndexOf('/') + 1);
  return new ModelError('LENGTH_MISMATCH', { fileName, ...sizes });
}

/**
 * Puts the beginning of a file that the system gave up into its place, and answers how long it is;
 * 0, having removed what is no beginning, where there is none.
 */
export async function salvage(
  modelFiles: ModelFilesModule,
  { path, expectedBytes }: Incoming,
): Promise<number> {
  const here = sizeAt(incomingPath(path)) ?? 0;
  if (here === 0 || expectedBytes === undefined || here >= expectedBytes) {
    await modelFiles.remove(barePath(incomingPath(path)));
    return 0;
  }
  await rename(modelFiles, path);
  return here;
}

async function rename(modelFiles: ModelFilesModule, path: string): Promise<void> {
  try {
    await modelFiles.replace(barePath(incomingPath(path)), barePath(path));
  } catch (error) {
    throw diskError(error, { path });
  }
}
