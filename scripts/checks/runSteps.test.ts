import { describe, expect, it } from 'vitest';

import { runSteps } from './runSteps';
import type { Step } from './steps';

function step(name: string, more: Partial<Step> = {}): Step {
  return { name, run: () => Promise.reject(new Error('not run here')), ...more };
}

/** Runs steps that end in the order of `ends`; what was running whenever one began. */
async function watch(steps: readonly Step[], ends: readonly string[]) {
  const running = new Map<string, () => void>();
  const begun: string[] = [];
  const workersOf: Record<string, number> = {};
  const over = runSteps(steps, {
    processors: 4,
    runStep: ({ name }, workers) => {
      begun.push([...running.keys(), name].join(' '));
      workersOf[name] = workers;
      return new Promise<string>((resolve) => {
        running.set(name, () => {
          running.delete(name);
          resolve(name);
        });
      });
    },
  });
  for (const name of ends) {
    await new Promise(setImmediate);
    running.get(name)?.();
  }
  return { results: await over, begun, workersOf };
}

describe('the order of steps', () => {
  it('runs two at a time, in their order, each with half of the processors', async () => {
    const { begun, results, workersOf } = await watch(
      [step('a'), step('b'), step('c')],
      ['b', 'a', 'c'],
    );
    expect(begun).toEqual(['a', 'a b', 'a c']);
    expect(results).toEqual(['b', 'a', 'c']);
    expect(workersOf).toEqual({ a: 2, b: 2, c: 2 });
  });

  it('begins a step when the one before it has ended, and others meanwhile', async () => {
    const steps = [step('build'), step('page', { after: 'build' }), step('c'), step('d')];
    const { begun } = await watch(steps, ['c', 'build', 'd', 'page']);
    expect(begun).toEqual(['build', 'build c', 'build d', 'd page']);
  });

  it('waits alone for a step that the next ones need', async () => {
    const steps = [step('build'), step('page', { after: 'build' })];
    expect((await watch(steps, ['build', 'page'])).begun).toEqual(['build', 'page']);
  });

  it('doesn’t wait for a step that wasn’t chosen', async () => {
    expect((await watch([step('page', { after: 'build' })], ['page'])).results).toEqual(['page']);
  });

  it('runs what measures alone at the end, with all processors', async () => {
    const { begun, workersOf } = await watch(
      [step('m', { isAlone: true }), step('a'), step('b')],
      ['a', 'b', 'm'],
    );
    expect(begun).toEqual(['a', 'a b', 'm']);
    expect(workersOf).toMatchObject({ m: 4 });
  });

  it('gives the only step all processors', async () => {
    expect((await watch([step('a')], ['a'])).workersOf).toEqual({ a: 4 });
  });
});
