import { describe, expect, it } from 'vitest';

import { createLoadRecords } from '../db/loadRecords';
import { migrate } from '../db/migrations';
import { ModelError } from '../errors';
import { createInMemoryDatabase } from '../platform/inMemoryDatabase';
import { createMemoryNeighbourhood, createMemoryPeers } from '../platform/memory/memoryPeers';
import type { Peers } from '../platform/types';
import { createLoadSentinel } from './loadSentinel';

const never = new AbortController().signal;

async function begin() {
  const database = await createInMemoryDatabase();
  await migrate(database);
  const records = createLoadRecords(database);
  const neighbourhood = createMemoryNeighbourhood();
  const open = (peers: Peers = createMemoryPeers(neighbourhood)) =>
    createLoadSentinel(records, peers);
  return { records, open };
}

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

  it('is told once by the next start when the app died in the middle', async () => {
    const { records, open } = await begin();
    // What a process that is gone leaves behind: the row, and no lock.
    await records.begin('large');
    expect(await open().takeInterrupted()).toBe('large');
    expect(await open().takeInterrupted()).toBeUndefined();
  });

  it('is not taken for a crash by another tab that starts meanwhile', async () => {
    const { open } = await begin();
    let finish = () => {};
    const loading = open().guard('tiny', () => new Promise<void>((done) => (finish = done)), never);
    await new Promise((resolve) => setImmediate(resolve));
    expect(await open().takeInterrupted()).toBeUndefined();
    finish();
    await loading;
  });

  it('waits for the load of another tab, and can be called off while it waits', async () => {
    const { open } = await begin();
    const order: string[] = [];
    let finish = () => {};
    const first = open().guard('a', () => new Promise<void>((done) => (finish = done)), never);
    await new Promise((resolve) => setImmediate(resolve));
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
