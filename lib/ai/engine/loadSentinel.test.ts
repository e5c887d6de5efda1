import { describe, expect, it } from 'vitest';

import { createLoadRecords } from '../../db/loadRecords';
import { migrate } from '../../db/migrations';
import { ModelError } from '../../errors';
import { createInMemoryDatabase } from '../../platform/shared/inMemoryDatabase';
import { createMemoryNeighbourhood, createMemoryPeers } from '../../platform/memory/memoryPeers';
import { createLoadSentinel } from './loadSentinel';

const never = new AbortController().signal;

/** One device, on which the app is opened, left and killed. */
async function begin() {
  const database = await createInMemoryDatabase();
  await migrate(database);
  const records = createLoadRecords(database);
  let neighbourhood = createMemoryNeighbourhood();
  let lastWords: string | undefined;
  let words: () => string | undefined = () => undefined;
  return {
    records,
    open: () =>
      createLoadSentinel({
        records,
        peers: createMemoryPeers(neighbourhood),
        host: { lastWords, keepLastWords: (asked) => (words = asked) },
      }),
    kill() {
      // Locks die with whoever holds them.
      neighbourhood = createMemoryNeighbourhood();
      lastWords = undefined;
    },
    leave() {
      neighbourhood = createMemoryNeighbourhood();
      lastWords = words();
    },
  };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));
const forever = () => new Promise<void>(() => undefined);

describe('a load that is under way', () => {
  it('is written down for as long as it takes', async () => {
    const { records, open } = await begin();
    const during = await open().guard('tiny', () => records.findBegun(), never);
    expect(during).toBe('tiny');
    expect(await records.findBegun()).toBeUndefined();
  });

  it('is no longer written down after it failed', async () => {
    const { records, open } = await begin();
    const failure = new ModelError('LOAD_FAILED', { path: 'tiny', reason: 'damaged' });
    await expect(open().guard('tiny', () => Promise.reject(failure), never)).rejects.toBe(failure);
    expect(await records.findBegun()).toBeUndefined();
    expect(await open().takeInterrupted()).toBeUndefined();
  });

  it('that can’t be crossed out afterwards takes nothing from the model that was loaded', async () => {
    const { records, open } = await begin();
    const failing = { ...records, end: () => Promise.reject(new Error('disk full')) };
    const sentinel = createLoadSentinel({
      records: failing,
      peers: createMemoryPeers(createMemoryNeighbourhood()),
      host: { lastWords: undefined, keepLastWords: () => {} },
    });
    expect(await sentinel.guard('tiny', () => Promise.resolve('model'), never)).toBe('model');
    expect(await open().takeInterrupted()).toBe('tiny');
  });

  it('is told once by the next start when the app was killed in the middle', async () => {
    const { open, kill } = await begin();
    void open().guard('large', forever, never);
    await settle();
    kill();
    expect(await open().takeInterrupted()).toBe('large');
    expect(await open().takeInterrupted()).toBeUndefined();
  });

  it('is told at a start on a full disk, too, and then once more', async () => {
    const { records, open } = await begin();
    await records.begin('large');
    const full = new ModelError('DB_FAILED', { reason: 'SQLITE_FULL' });
    const sentinel = createLoadSentinel({
      records: { ...records, end: () => Promise.reject(full) },
      peers: createMemoryPeers(createMemoryNeighbourhood()),
      host: { lastWords: undefined, keepLastWords: () => {} },
    });
    expect(await sentinel.takeInterrupted()).toBe('large');
    expect(await open().takeInterrupted()).toBe('large');
  });

  it('is not told when a person left in the middle', async () => {
    const { open, leave } = await begin();
    void open().guard('large', forever, never);
    await settle();
    leave();
    expect(await open().takeInterrupted()).toBeUndefined();
  });

  it('is told although another load was left, or none', async () => {
    const { open, leave, records } = await begin();
    await open().guard('small', () => Promise.resolve(), never);
    leave();
    await records.begin('large');
    expect(await open().takeInterrupted()).toBe('large');
  });

  it('is not taken for a crash by another tab that starts meanwhile', async () => {
    const { open } = await begin();
    let finish = () => {};
    const loading = open().guard('tiny', () => new Promise<void>((done) => (finish = done)), never);
    await settle();
    expect(await open().takeInterrupted()).toBeUndefined();
    finish();
    await loading;
  });

  it('waits for the load of another tab, and can be called off while it waits', async () => {
    const { open } = await begin();
    const order: string[] = [];
    let finish = () => {};
    const first = open().guard('a', () => new Promise<void>((done) => (finish = done)), never);
    await settle();
    const calledOff = new AbortController();
    const second = open().guard('b', () => Promise.resolve(order.push('b')), calledOff.signal);
    const third = open().guard('c', () => Promise.resolve(order.push('c')), never);
    calledOff.abort();
    await expect(second).rejects.toMatchObject({ name: 'AbortError' });
    finish();
    await Promise.all([first, third]);
    expect(order).toEqual(['c']);
  });
});
