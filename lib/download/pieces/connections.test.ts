import { describe, expect, it, vi } from 'vitest';

import { createManualClock } from '../../platform/memory/manualClock';
import { createConnections } from './connections';

function start() {
  const clock = createManualClock();
  const onMore = vi.fn();
  return { clock, onMore, connections: createConnections({ clock, host: {} }, onMore) };
}

describe('the number of connections', () => {
  it('is one until the server has answered, then eight', () => {
    const { connections } = start();
    expect(connections.limit()).toBe(1);
    connections.open(16);
    expect(connections.limit()).toBe(8);
  });

  it('is all that are worth it a moment later', () => {
    const { connections, clock, onMore } = start();
    connections.open(16);
    clock.advance(200);
    expect(connections.limit()).toBe(16);
    expect(onMore).toHaveBeenCalledTimes(1);
  });

  it('is no more than are worth it', () => {
    const { connections, clock } = start();
    connections.open(1);
    clock.advance(200);
    expect(connections.limit()).toBe(1);
  });

  it('stays at what a server takes, once that has refused one more', () => {
    const { connections, clock } = start();
    connections.open(16);
    connections.refused(3);
    clock.advance(200);
    expect(connections.limit()).toBe(3);
  });

  it('is one fewer while one that failed rests, and none where there is but one', () => {
    const { connections, clock, onMore } = start();
    connections.rest(500);
    expect(connections.limit()).toBe(0);
    connections.open(8);
    expect(connections.limit()).toBe(7);
    clock.advance(500);
    expect(connections.limit()).toBe(8);
    expect(onMore).toHaveBeenCalled();
  });
});
