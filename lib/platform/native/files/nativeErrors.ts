/** Turns what native modules throw into what the ports promise. Reads codes and facts, never a message. */
import { Paths } from 'expo-file-system';

import { toldBy, toldNumber } from '../../shared/told';
import { describe, isAbortError, isModelError, ModelError } from '../../../errors';

/** What a file system keeps for itself: a write may fail although so much is said to be free. */
const RESERVE_BYTES = 1024 * 1024;

/** The code that our own module's rejections carry; undefined for others. */
export function nativeCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

export interface DiskContext {
  /** In the store. */
  path: string;
  /** What was about to be written. */
  neededBytes?: number;
}

/**
 * What a failed file operation means. The packages say in a sentence what failed, so that a full
 * disk is told apart by looking at it.
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
