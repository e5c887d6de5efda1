/** When to try again: pure, with randomness handed in. */
import { ERROR_TRAITS, type ModelError } from '../../errors';

/** Failures in a row without one new byte after which a person is told. */
const MAX_ATTEMPTS = 6;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;
const METERED_DELAY_MS = 10_000;

/**
 * How long to wait before the next attempt, or undefined when there is none.
 *
 * `failures` counts in a row: a byte of progress sets it back to 0, so a bad line that still
 * moves is never given up. Half of the delay is random, so that a thousand devices that lost
 * the same server don't come back in step. A server's own wish is honoured, then jittered.
 *
 * @param random in [0, 1)
 */
export function retryDelayMs(
  error: ModelError,
  failures: number,
  random: number,
): number | undefined {
  // Nothing is wrong; it is only not yet.
  if (error.code === 'NET_METERED') return METERED_DELAY_MS;
  if (ERROR_TRAITS[error.code].retry !== 'auto' || failures >= MAX_ATTEMPTS) return undefined;
  const wished = wishedDelayMs(error);
  if (wished !== undefined) return wished + random * FIRST_DELAY_MS;
  return backoffMs(failures, random);
}

/** The wait after so many failures in a row, half of it random. */
export function backoffMs(failures: number, random: number): number {
  const backoff = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (failures - 1));
  return backoff / 2 + (random * backoff) / 2;
}

function wishedDelayMs(error: ModelError): number | undefined {
  if (error.code !== 'HTTP_RATE_LIMITED') return undefined;
  return (error as ModelError<'HTTP_RATE_LIMITED'>).details.retryAfterMs;
}
