/** Runs what a property does to hostile input, and watches for harm that the result doesn't show. */
import assert from 'node:assert/strict';

import { expect } from 'vitest';

import { ERROR_TRAITS, isModelError } from '../../lib/errors';

/** A long run tries each input so many times as often: `FUZZ_TIMES=20 npx vitest run --project node tests/fuzz`. */
const TIMES = Number(process.env['FUZZ_TIMES'] ?? '1');

/** How many inputs each gets; some 71,000 together. */
const USUAL_CASES = {
  addedRows: 1_500,
  addedLists: 500,
  catalogs: 12_000,
  plans: 8_000,
  manifests: 8_000,
  peerMessages: 8_000,
  hubAnswers: 6_000,
  answerHeads: 12_000,
  hubAddresses: 4_000,
  addLinks: 4_000,
  hubLists: 1_200,
  hubTrees: 1_000,
  hubPages: 600,
  fileNames: 1_200,
  headers: 2_000,
  headerAnswers: 800,
  givenFiles: 500,
} as const;
type FuzzName = keyof typeof USUAL_CASES;

export const CASES = Object.fromEntries(
  Object.entries(USUAL_CASES).map(([name, count]) => [name, count * TIMES]),
) as Readonly<Record<FuzzName, number>>;

export interface Harmless {
  /** The result, or undefined for a `ModelError` of a known code. Whatever else is thrown is passed on. */
  run<T>(work: () => T): T | undefined;
  runAsync<T>(work: () => Promise<T>): Promise<T | undefined>;
  /**
   * Fails when fewer inputs came than `CASES` says, or when hardly any got through: then the
   * property has looked at nothing. Leaves what it measured with the test.
   */
  finish(task: { meta: object }): void;
}

const FEWEST_RESULTS = 100;

/** Nothing in here has an end of its own: a hang is the test's timeout. */
export function createHarmless(name: FuzzName): Harmless {
  let [cases, results, longestMs] = [0, 0, 0];
  const before = intrinsics();
  const look = (startedMs: number) => {
    longestMs = Math.max(longestMs, performance.now() - startedMs);
    cases += 1;
    const after = intrinsics();
    const isClean = after.every((part, place) => Object.is(part, before[place]));
    assert.ok(isClean && after.length === before.length, 'a built-in object was changed');
  };
  return {
    run(work) {
      const startedMs = performance.now();
      try {
        const result = work();
        if (result !== undefined) results += 1;
        return result;
      } catch (error) {
        rejectForeign(error);
        return undefined;
      } finally {
        look(startedMs);
      }
    },
    async runAsync(work) {
      const startedMs = performance.now();
      try {
        const result = await work();
        if (result !== undefined) results += 1;
        return result;
      } catch (error) {
        rejectForeign(error);
        return undefined;
      } finally {
        look(startedMs);
      }
    },
    finish(task) {
      expect(cases).toBeGreaterThanOrEqual(CASES[name]);
      expect(results).toBeGreaterThan(FEWEST_RESULTS);
      const counts = `${String(cases)} ${name}, ${String(results)} got through`;
      Object.assign(task.meta, { note: `${counts}, the longest took ${longestMs.toFixed(1)} ms` });
    },
  };
}

function rejectForeign(error: unknown): void {
  if (!isModelError(error) || !Object.hasOwn(ERROR_TRAITS, error.code)) throw error;
}

/** Every name and value of the objects that pollution would show on. */
function intrinsics(): unknown[] {
  return [Object.prototype, Array.prototype, Object].flatMap((object) =>
    Reflect.ownKeys(object).flatMap((key) => [
      key,
      // The accessor of `__proto__` would answer for the prototype's own.
      Object.getOwnPropertyDescriptor(object, key)?.value as unknown,
    ]),
  );
}

// What follows is called for each of some ten thousand values: Vitest's `expect` would take longer than all else here.

/** A size or an offset. */
export function expectBytes(value: number | undefined): void {
  if (value === undefined) return;
  assert.ok(Number.isSafeInteger(value) && value >= 0, `${String(value)} bytes`);
}

/** An object of ours: nothing came in through its prototype. */
export function expectPlain(value: object): void {
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
  assert.ok(!Object.hasOwn(value, '__proto__'), 'an own __proto__');
}
