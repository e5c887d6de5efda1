import { describe, expect, it } from 'vitest';
import type { LogEntry } from '../../tests/hub/log';
import { createRefetchMeter } from './refetched';

const MIB = 1024 * 1024;

/** What a hub logs of one answer that sent the bytes of a range. */
function sent(first: number, end: number): LogEntry {
  const headers = { range: `bytes=${String(first)}-` };
  const asked = { origin: 'cdn', method: 'GET', path: '/weights', file: 'a/b/weights' } as const;
  return { ...asked, headers, status: 206, bodyBytesSent: end - first, state: 'sent' };
}

describe('the meter of what a kill costs', () => {
  it('counts what is sent again after it, and nothing else', () => {
    const meter = createRefetchMeter();
    meter.read([sent(0, 10 * MIB)]);
    meter.kill(true);
    meter.read([sent(8 * MIB, 24 * MIB)]);
    expect(meter.finish()).toEqual([{ refetchedBytes: 2 * MIB, isPaced: true }]);
  });

  it('doesn’t blame a kill for what was removed before it', () => {
    const meter = createRefetchMeter();
    meter.read([sent(0, 24 * MIB)]);
    meter.gone();
    meter.read([sent(0, MIB)]);
    meter.kill(true);
    meter.read([sent(MIB, 24 * MIB)]);
    expect(meter.finish()).toEqual([{ refetchedBytes: 0, isPaced: true }]);
  });

  it('knows no cost after the server itself has wasted bytes, until the model is here', () => {
    const meter = createRefetchMeter();
    meter.read([sent(0, 24 * MIB)]);
    meter.spoil();
    meter.kill(true);
    meter.read([sent(0, 24 * MIB)]);
    expect(meter.finish()).toEqual([]);
    meter.read([sent(0, 2 * MIB)]);
    meter.kill(false);
    meter.read([sent(MIB, 24 * MIB)]);
    expect(meter.finish()).toEqual([{ refetchedBytes: MIB, isPaced: false }]);
  });
});
