import { describe, expect, it } from 'vitest';

import { createConnections, findHopeless } from './connections';

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

  it('doubles once half of the first have brought a piece, and stays where the line is full', () => {
    const connections = createConnections();
    connections.open(16);
    for (let piece = 0; piece < 3; piece += 1) connections.pieceDone(10e6);
    expect(connections.limit()).toBe(8);
    connections.pieceDone(10e6);
    expect(connections.limit()).toBe(16);
    for (let piece = 0; piece < 40; piece += 1) connections.pieceDone(5e6);
    expect(connections.limit()).toBe(16);
  });

  it('goes back to eight where twice as many bring the file more slowly', () => {
    const connections = createConnections();
    connections.open(16);
    for (let piece = 0; piece < 4; piece += 1) connections.pieceDone(10e6);
    for (let piece = 0; piece < 16; piece += 1) connections.pieceDone(3e6);
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
