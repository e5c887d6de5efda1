import { describe, expect, it } from 'vitest';

import { createConnections, findHopeless } from './connections';

describe('the number of connections', () => {
  it('is one until the server has answered, then eight', () => {
    const connections = createConnections();
    expect(connections.limit()).toBe(1);
    connections.open(16);
    expect(connections.limit()).toBe(8);
  });

  it('is all that are worth it once it was widened', () => {
    const connections = createConnections();
    connections.open(16);
    connections.widen();
    expect(connections.limit()).toBe(16);
  });

  it('is no more than are worth it', () => {
    const connections = createConnections();
    connections.open(1);
    connections.widen();
    expect(connections.limit()).toBe(1);
  });

  it('stays at what a server takes, once that has refused one more', () => {
    const connections = createConnections();
    connections.open(16);
    connections.refused(3);
    expect(connections.limit()).toBe(3);
    connections.widen();
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
