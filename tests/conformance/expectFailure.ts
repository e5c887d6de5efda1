/** How the suites read a rejection: by name and code, as every caller of a port has to. */
import { expect } from 'vitest';

import { isAbortError, isModelError, type ModelErrorCode } from '../../lib/errors';

/** What `attempt` rejected with; a test that expects a failure must not pass on success. */
export async function rejectionOf(attempt: Promise<unknown>): Promise<unknown> {
  const outcome = await attempt.then(
    () => ({ rejected: false as const }),
    (error: unknown) => ({ rejected: true as const, error }),
  );
  expect(outcome.rejected, 'it should have rejected').toBe(true);
  return outcome.rejected ? outcome.error : undefined;
}

export async function expectCode(attempt: Promise<unknown>, ...codes: ModelErrorCode[]) {
  const error = await rejectionOf(attempt);
  const code = isModelError(error) ? error.code : String(error);
  expect(codes).toContain(code);
}

export async function expectAbort(attempt: Promise<unknown>): Promise<void> {
  const error = await rejectionOf(attempt);
  expect(isAbortError(error), String(error)).toBe(true);
}
