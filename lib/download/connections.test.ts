import { describe, expect, it } from 'vitest';

import { createConnections, findHopeless, findSlowest } from './connections';

describe('the number of connections', () => {
  it('is one until the server has answered, then eight', () => {
    const connections = createConnections();
    expect(connections.limit()).toBe(1);
    connections.open(16);
    expect(connections.limit()).toBe(8);
  });

  it('is no more than are worth it', () => {
    const connections = createConnections();
    connections.open(1);
    for (let piece = 0; piece < 20; piece += 1) connections.pieceDone(1e6);
    expect(connections.limit()).toBe(1);
  });

  it('doubles and stays where each connection carries as much as before', () => {
    const connections = createConnections();
    connections.open(16);
    for (let piece = 0; piece < 40; piece += 1) connections.pieceDone(25e6);
    expect(connections.limit()).toBe(16);
  });

  it('goes back to eight where twice as many carry half as much each', () => {
    const connections = createConnections();
    connections.open(16);
    for (let piece = 0; piece < 3; piece += 1) connections.pieceDone(10e6);
    expect(connections.limit()).toBe(8);
    connections.pieceDone(10e6);
    expect(connections.limit()).toBe(16);
    for (let piece = 0; piece < 16; piece += 1) connections.pieceDone(5e6);
    expect(connections.limit()).toBe(8);
    for (let piece = 0; piece < 40; piece += 1) connections.pieceDone(25e6);
    expect(connections.limit()).toBe(8);
  });

  it('stays at what a server takes, once that has refused one more', () => {
    const connections = createConnections();
    connections.open(16);
    connections.refused(3);
    for (let piece = 0; piece < 40; piece += 1) connections.pieceDone(25e6);
    expect(connections.limit()).toBe(3);
  });
});

describe('a hopeless connection', () => {
  const runner = (startedAtMs: number, receivedBytes: number) => ({ startedAtMs, receivedBytes });
  const fast = [runner(0, 10_000_000), runner(0, 9_000_000), runner(0, 8_000_000)];

  it('carries less than a tenth of the median', () => {
    const slow = runner(0, 500_000);
    expect(findHopeless([...fast, slow], 5_000)).toBe(slow);
    expect(findHopeless([...fast, runner(0, 1_000_000)], 5_000)).toBeUndefined();
  });

  it('had three seconds to show what it can', () => {
    const late = runner(2_500, 0);
    expect(findHopeless([...fast, late], 5_000)).toBeUndefined();
    expect(findHopeless([...fast, late], 5_600)).toBe(late);
  });

  it('isn’t told among two', () => {
    expect(findHopeless([runner(0, 9_000_000), runner(0, 0)], 60_000)).toBeUndefined();
  });
});

describe('a connection that needs help', () => {
  const runner = (receivedBytes: number, restBytes: number) => ({
    ...{ startedAtMs: 0, receivedBytes, restBytes, sharedAtMs: undefined },
  });

  it('is the last to be done, not the one with most to bring', () => {
    const slow = runner(200_000, 500_000);
    expect(
      findSlowest([runner(9_000_000, 4_000_000), slow, runner(0, 900_000)], 1_000, 128_000),
    ).toBe(slow);
  });

  it('is none that is done within half a second', () => {
    expect(findSlowest([runner(1_000_000, 499_000)], 1_000, 128_000)).toBeUndefined();
    expect(findSlowest([runner(1_000_000, 501_000)], 1_000, 128_000)).toBeDefined();
  });

  it('is none that has only just begun', () => {
    const young = { ...runner(10_000, 4_000_000), startedAtMs: 600 };
    expect(findSlowest([young], 1_000, 128_000)).toBeUndefined();
    expect(findSlowest([young], 1_100, 0)).toBe(young);
  });

  it('is none that was helped just now', () => {
    const helped = { ...runner(10_000, 4_000_000), sharedAtMs: 5_000 };
    expect(findSlowest([helped], 5_499, 0)).toBeUndefined();
    expect(findSlowest([helped], 5_500, 0)).toBe(helped);
  });

  it('is none that has next to nothing left, however slow', () => {
    expect(findSlowest([runner(1_000, 100_000)], 60_000, 128_000)).toBeUndefined();
  });
});
