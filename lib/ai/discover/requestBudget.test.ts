import { expect, it } from 'vitest';

import { createManualClock } from '../../platform/memory/manualClock';
import { createRequestBudget } from './requestBudget';

const MINUTE_MS = 60_000;
const HOST = 'huggingface.co';

function countedUntilRefusal(spend: () => void): number {
  for (let count = 0; count < 1_000; count += 1) {
    try {
      spend();
    } catch {
      return count;
    }
  }
  return 1_000;
}

it('stays below the hub’s five hundred requests in any five minutes, and says how long to wait', () => {
  const clock = createManualClock();
  const budget = createRequestBudget(clock);
  const spend = () => {
    budget.spend(HOST);
  };
  for (let request = 0; request < 100; request += 1) spend();
  clock.advance(2 * MINUTE_MS);
  const rest = countedUntilRefusal(spend);
  expect(100 + rest).toBeLessThan(500);
  expect(100 + rest).toBeGreaterThanOrEqual(300);
  expect(spend).toThrow(
    expect.objectContaining({
      code: 'HTTP_RATE_LIMITED',
      details: { host: HOST, retryAfterMs: 3 * MINUTE_MS },
    }) as Error,
  );
  clock.advance(3 * MINUTE_MS);
  expect(countedUntilRefusal(spend)).toBe(100);
});

it('sends nothing while the hub wants to be left alone, a minute where it doesn’t say how long', () => {
  const clock = createManualClock();
  const budget = createRequestBudget(clock);
  budget.refused(undefined);
  budget.refused(5_000);
  const refusal = (retryAfterMs: number) =>
    expect.objectContaining({ details: { host: HOST, retryAfterMs } }) as Error;
  expect(() => {
    budget.spend(HOST);
  }).toThrow(refusal(MINUTE_MS));
  clock.advance(MINUTE_MS);
  budget.spend(HOST);
});
