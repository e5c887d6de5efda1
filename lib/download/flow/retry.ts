/** Decides when to try again. Pure; the caller passes the random number. */
import { ERROR_TRAITS, type ModelError } from '../../errors';

/** The number of failures in a row, without one new byte, after which a person is told. */
const MAX_ATTEMPTS = 6;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;
const METERED_DELAY_MS = 10_000;

/**
 * How long to wait before the next attempt, or undefined when there is no next attempt.
 *
 * `failures` counts the failures in a row. One new byte sets it back to 0, so a bad connection that
 * still brings bytes is never given up. Half of the delay is random, so that many devices that lost
 * the same server don't return at the same moment. A delay that the server asks for is kept, plus
 * a random part.
 *
 * @param random in [0, 1)
 */
export function retryDelayMs(
  error: ModelError,
  failures: number,
  random: number,
): number | undefined {
  // This isn't an error; the transfer only has to wait.
  if (error.code === 'NET_METERED') return METERED_DELAY_MS;
  if (ERROR_TRAITS[error.code].retry !== 'auto' || failures >= MAX_ATTEMPTS) return undefined;
  const wished = wishedDelayMs(error);
  if (wished !== undefined) return wished + random * FIRST_DELAY_MS;
  return backoffMs(failures, random);
}

/** The delay after `failures` failures in a row, half of it random. */
export function backoffMs(failures: number, random: number): number {
  const backoff = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (failures - 1));
  return backoff / 2 + (random * backoff) / 2;
}

function wishedDelayMs(error: ModelError): number | undefined {
  if (error.code !== 'HTTP_RATE_LIMITED') return undefined;
  return (error as ModelError<'HTTP_RATE_LIMITED'>).details.retryAfterMs;
}
