import { describe, expect, it } from 'vitest';

import type { FileAnswer } from '../../platform/types';
import { ANY_VERSION, createOneVersion } from './oneVersion';

const TOTAL = 1000;
const answer = (versions: string[], part: Partial<FileAnswer> = {}): FileAnswer => ({
  ...{ offsetBytes: 100, endBytes: 200, totalBytes: TOTAL, versions },
  ...{ url: 'https://cdn.example/a', maxConnections: 8, isHandedOver: false },
  ...part,
});
const [A, B, C] = ['etag@a="1"', 'etag@a="2"', 'etag@a="3"'];
const LINKED = 'linked="1"';
const whole = { offsetBytes: 0, endBytes: TOTAL };

describe('one version of a file', () => {
  it('is that of the first answer', () => {
    const version = createOneVersion([]);
    expect(version.mayGoOn()).toBe(false);
    expect(version.judge(answer([A]), false)).toBe('same');
    expect(version.judge(answer([A, LINKED]), true)).toBe('same');
    expect(version.judge(answer([LINKED]), true)).toBe('same');
    expect(version.names).toEqual([A, LINKED]);
    expect(version.mayGoOn()).toBe(true);
  });

  it('is that of an earlier run', () => {
    expect(createOneVersion([A]).judge(answer([A]), true)).toBe('same');
    expect(createOneVersion([A]).judge(answer([B]), true)).toBe('other');
  });

  it('is left for another once; when answers differ again, only the whole file will do', () => {
    const version = createOneVersion([A]);
    expect(version.judge(answer([B]), true)).toBe('other');
    expect(version.names).toEqual([B]);
    expect(version.judge(answer([A]), true)).toBe('useless');
    expect(version.names).toEqual([]);
    expect(version.judge(answer([C], whole), false)).toBe('same');
    expect(version.judge(answer([C]), true)).toBe('same');
  });

  it('can’t be put together from parts that nothing identifies', () => {
    const version = createOneVersion([]);
    expect(version.judge(answer([]), false)).toBe('useless');
    expect(version.judge(answer([], whole), false)).toBe('same');
    expect(version.mayGoOn()).toBe(false);
    expect(createOneVersion([A]).judge(answer([]), true)).toBe('useless');
    expect(createOneVersion([]).judge(answer([A]), true)).toBe('other');
  });

  it('may end without a word: where nothing follows, nothing is mixed', () => {
    const end = answer([], { offsetBytes: TOTAL, endBytes: TOTAL });
    expect(createOneVersion([A]).judge(end, true)).toBe('same');
  });

  it('is any where a digest judges', () => {
    expect(ANY_VERSION.judge(answer([]), true)).toBe('same');
    expect(ANY_VERSION.mayGoOn()).toBe(true);
    expect(ANY_VERSION.names).toBeUndefined();
  });
});
