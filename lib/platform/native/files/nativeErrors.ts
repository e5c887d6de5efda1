/** Turns errors of native modules into the errors that the ports promise. Reads codes and facts, never a message. */
import { Paths } from 'expo-file-system';

import { toldBy, toldNumber } from '../../shared/told';
import { describe, isAbortError, isModelError, ModelError } from '../../../errors';

/** Space that a file system reserves: a write may fail although this much is reported as free. */
const RESERVE_BYTES = 1024 * 1024;

/** The code in rejections of the app's own module; undefined for other errors. */
export function nativeCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

export interface DiskContext {
  /** The path in the store. */
  path: string;
  /** The number of bytes that were about to be written. */
  neededBytes?: number;
}

/**
 * The port's error for a failed file operation. The packages describe the failure only in a sentence, so that a
 * full disk is recognised by its free space.
 */
export function diskError(error: unknown, { path, neededBytes }: DiskContext): Error {
  if (isModelError(error) || isAbortError(error)) return error as Error;
  const cause = { cause: error };
  if (neededBytes !== undefined) {
    const freeBytes = freeBytesNow();
    if (freeBytes !== undefined && freeBytes < neededBytes + RESERVE_BYTES) {
      return new ModelError('NO_SPACE', { neededBytes, freeBytes }, cause);
    }
  }
  return new ModelError('DISK_IO', { path, reason: nativeCode(error) ?? describe(error) }, cause);
}

/** Undefined where the system doesn't tell. */
export function freeBytesNow(): number | undefined {
  return toldNumber(toldBy(() => Paths.availableDiskSpace));
}
