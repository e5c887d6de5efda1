import { describe, expect, it } from 'vitest';

import type { ManagerSnapshot, ModelState } from '../modelState';
import { runningDownloads } from './runningDownloads';

const loading = (receivedBytes: number, totalBytes: number | undefined): ModelState => ({
  kind: 'downloading',
  ...{ receivedBytes, totalBytes, bytesPerSecond: undefined, secondsLeft: undefined },
});
const of = (states: Record<string, ModelState>) =>
  runningDownloads({ states } as Partial<ManagerSnapshot> as ManagerSnapshot);

describe('the running downloads', () => {
  it('are none where nothing moves', () => {
    const paused: ModelState = { kind: 'paused', receivedBytes: 1, totalBytes: 2 };
    expect(of({ a: { kind: 'absent' }, b: paused })).toBeUndefined();
  });

  it('are summed by bytes, with those that wait for their turn', () => {
    const waiting: ModelState = {
      kind: 'waiting',
      ...{ reason: 'queued', receivedBytes: 0, totalBytes: 100 },
    };
    expect(of({ a: loading(150, 300), b: waiting })).toEqual({ modelIds: ['a', 'b'], percent: 37 });
  });

  it('have no per cent while a size is unknown', () => {
    expect(of({ a: loading(5, undefined), b: loading(50, 100) })?.percent).toBeUndefined();
    expect(of({ a: loading(0, 0) })?.percent).toBeUndefined();
  });

  it('never say 100 % before the end', () => {
    expect(of({ a: loading(999_999, 1_000_000) })?.percent).toBe(99);
    expect(of({ a: loading(1_000_000, 1_000_000) })?.percent).toBe(99);
  });
});
