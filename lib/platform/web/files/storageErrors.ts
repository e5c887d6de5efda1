/**
 * Translates the errors of the browser's private file system, and waits for a file that another tab is about to
 * release.
 */
import { describe, isAbortError, isModelError, ModelError } from '../../../errors';
import type { Clock } from '../../types';

/** Whether a foreign error has that name; names are the only stable part of a DOMException. */
export function hasName(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

/** The ModelError for a failed operation on `path`; a ModelError or AbortError passes unchanged. */
export function storageError(error: unknown, path: string, neededBytes = 0): unknown {
  if (isModelError(error) || isAbortError(error)) return error;
  if (hasName(error, 'QuotaExceededError')) {
    return new ModelError('NO_SPACE', { neededBytes, freeBytes: undefined }, { cause: error });
  }
  if (hasName(error, 'NoModificationAllowedError')) {
    return new ModelError('STORAGE_BUSY', { path }, { cause: error });
  }
  return new ModelError('DISK_IO', { path, reason: describe(error) }, { cause: error });
}

/** Runs `work` on `path`; rejects only with a ModelError or AbortError. */
export async function translating<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw storageError(error, path);
  }
}

const RETRY_FOR_MS = 5_000;
const FIRST_DELAY_MS = 20;
const LONGEST_DELAY_MS = 500;

/**
 * Retries while a file is held, for 5 s by default: a tab that reloads or dies may hold its files for a moment longer.
 */
export async function whenReleased<T>(
  clock: Clock,
  attempt: () => Promise<T>,
  retryForMs = RETRY_FOR_MS,
): Promise<T> {
  const deadlineMs = clock.monotonicMs() + retryForMs;
  for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS)) {
    try {
      return await attempt();
    } catch (error) {
      const isHeld = hasName(error, 'NoModificationAllowedError');
      if (!isHeld || clock.monotonicMs() + delayMs > deadlineMs) throw error;
    }
    await new Promise<void>((resolve) => {
      clock.after(delayMs, resolve);
    });
  }
}
