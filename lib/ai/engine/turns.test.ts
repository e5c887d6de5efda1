import { describe, expect, it } from 'vitest';

import { createTurns } from './turns';

const aborts = { name: 'AbortError' };

/** Work that lasts until the test ends it, or until it is called off. */
function lasting() {
  let end = () => {};
  const begun: string[] = [];
  const work = (name: string) => (signal: AbortSignal) =>
    new Promise<string>((resolve, reject) => {
      begun.push(name);
      end = () => resolve(name);
      signal.addEventListener('abort', () => reject(Object.assign(new Error(), aborts)));
    });
  return { work, begun, end: () => end() };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('turns', () => {
  it('call off what runs, and what waits without doing it', async () => {
    const turns = createTurns();
    const { work, begun, end } = lasting();
    const first = turns.take(work('first'));
    await settle();
    const second = turns.take(work('second'));
    const third = turns.take(work('third'));
    await expect(first).rejects.toMatchObject(aborts);
    await expect(second).rejects.toMatchObject(aborts);
    await settle();
    end();
    await expect(third).resolves.toBe('third');
    expect(begun).toEqual(['first', 'third']);
  });

  it('let what follows wait its turn, and whoever comes then calls it off', async () => {
    const turns = createTurns();
    const { work, begun, end } = lasting();
    const first = turns.take(work('first'));
    const follower = turns.follow(work('follower'));
    await settle();
    expect(begun).toEqual(['first']);
    end();
    await first;
    await settle();
    expect(begun).toEqual(['first', 'follower']);
    const last = turns.take(work('last'));
    await expect(follower).rejects.toMatchObject(aborts);
    await settle();
    end();
    await last;
  });

  it('make marks stale when somebody takes one, not when somebody follows', async () => {
    const turns = createTurns();
    const stillMine = turns.mark();
    await turns.follow(() => Promise.resolve());
    expect(stillMine()).toBe(true);
    await turns.take(() => Promise.resolve());
    expect(stillMine()).toBe(false);
  });

  it('end for good: what runs is called off, the last thing is done, later ones are refused', async () => {
    const turns = createTurns();
    const { work, begun } = lasting();
    const first = turns.take(work('first'));
    await settle();
    const closing = turns.close(() => Promise.resolve(void begun.push('last')));
    const late = turns.take(work('late'));
    const follower = turns.follow(work('follower'));
    for (const refused of [first, late, follower]) {
      await expect(refused).rejects.toMatchObject(aborts);
    }
    await closing;
    await turns.stop(true);
    expect(begun).toEqual(['first', 'last']);
  });
});
