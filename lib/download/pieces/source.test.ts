import { describe, expect, it } from 'vitest';

import { ModelError } from '../../errors';
import { createSource } from './source';

const HUB = 'https://hub.example/me/tiny/resolve/main/tiny.gguf';
const DIRECT = 'https://cdn.example/signed?expires=soon';
const denied = (host: string) => new ModelError('HTTP_DENIED', { host, status: 403 });
const absent = (host: string) => new ModelError('HTTP_NOT_FOUND', { host, what: 'file' });

describe('the address of a file', () => {
  it('is where redirects led, until somebody fails there', () => {
    const source = createSource(HUB);
    expect(source.url).toBe(HUB);
    source.answered(DIRECT, true);
    expect(source.url).toBe(DIRECT);
    source.forget('https://cdn.example/signed?expires=earlier');
    expect(source.url).toBe(DIRECT);
    source.forget(DIRECT);
    expect(source).toMatchObject({ url: HUB, isDirect: false, hasRanges: true });
  });

  it('has expired when it is refused, but not when the hub has only just given it', () => {
    const source = createSource(HUB);
    expect(source.isExpiry(DIRECT, denied('cdn.example'))).toBe(true);
    expect(source.isExpiry(DIRECT, absent('cdn.example'))).toBe(true);
    expect(source.isExpiry(HUB, denied('cdn.example'))).toBe(false);
    expect(source.isExpiry(DIRECT, new ModelError('NET_INTERRUPTED', { host: 'c' }))).toBe(false);
  });
});

describe('a refusal', () => {
  const source = createSource(HUB);

  it('is about access where the hub itself says so', () => {
    for (const error of [denied('hub.example'), absent('hub.example')]) {
      expect(source.judge(error)).toBe(error);
    }
    const gated = new ModelError('HTTP_GATED', { host: 'hub.example', status: 401 });
    expect(source.judge(gated)).toBe(gated);
  });

  it.each([
    [denied('cdn.example'), 'denied'],
    [absent('cdn.example'), 'absent'],
  ])('by whoever holds the bytes is no more than that, and named by the hub: %s', (error, what) => {
    expect(source.judge(error)).toMatchObject({
      code: 'STORE_REFUSED',
      details: { host: 'hub.example', what },
    });
  });
});
