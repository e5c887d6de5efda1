import { describe, expect, it } from 'vitest';

import { ifRangeOf, isSameVersion, versionsOf } from './sourceVersion';

const head = (headers: Record<string, string>, linkedEtag?: string) => ({
  status: 206,
  url: 'https://cdn.example/a.gguf?Signature=secret',
  linkedEtag,
  header: (name: string) => headers[name],
});
const MINUTE_LATER = {
  'last-modified': 'Wed, 01 Jan 2025 00:00:00 GMT',
  date: 'Wed, 01 Jan 2025 00:01:00 GMT',
};

describe('versionsOf', () => {
  it.each([
    ['a strong ETag', { etag: '"abc"' }, ['etag@cdn.example="abc"']],
    ['a weak ETag', { etag: 'W/"abc"' }, []],
    ['an empty ETag', { etag: '""' }, []],
    ['an ETag without quotes', { etag: 'abc' }, []],
    ['two ETags', { etag: '"abc", "def"' }, []],
    ['an endless ETag', { etag: `"${'x'.repeat(600)}"` }, []],
    ['a date that is a minute old', MINUTE_LATER, ['date@cdn.example=1735689600000']],
    [
      'a date beside a weak ETag',
      { ...MINUTE_LATER, etag: 'W/"a"' },
      ['date@cdn.example=1735689600000'],
    ],
    ['a fresh date', { ...MINUTE_LATER, date: 'Wed, 01 Jan 2025 00:00:59 GMT' }, []],
    ['a date without the server’s clock', { 'last-modified': MINUTE_LATER['last-modified'] }, []],
    ['a date that is none', { ...MINUTE_LATER, 'last-modified': 'yesterday' }, []],
    ['nothing', {}, []],
  ])('takes %s for what it is worth', (_, headers, names) => {
    expect(versionsOf(head(headers))).toEqual(names);
  });

  it('knows a file by what the hub called it on the way, too', () => {
    const names = versionsOf(head({ etag: '"xet"' }, '"oid"'));
    expect(names).toEqual(['linked="oid"', 'etag@cdn.example="xet"']);
  });

  it('makes names that fit into a record: no blank, nothing of a signed address', () => {
    for (const name of versionsOf(head({ ...MINUTE_LATER, etag: '"a|b"' }, '"c"'))) {
      expect(name).toMatch(/^\S+$/);
      expect(name).not.toContain('Signature');
    }
  });
});

describe('ifRangeOf', () => {
  const request = (url: string, offsetBytes: number, versions: readonly string[] | undefined) => ({
    ...{ url, offsetBytes, versions, path: 'a.part' },
    ...{ endBytes: undefined, expectedBytes: undefined, acceptsWhole: true, isRest: true },
  });
  const there = 'https://cdn.example/a.gguf';
  const names = ['linked="oid"', 'etag@cdn.example="abc"', 'date@cdn.example=1'];

  it('is the ETag of the host that is asked', () => {
    expect(ifRangeOf(request(there, 10, names))).toBe('"abc"');
  });

  it.each([
    ['another host', request('https://hub.example/a.gguf', 10, names)],
    ['the first byte', request(there, 0, names)],
    ['a version without an ETag', request(there, 10, ['date@cdn.example=1', 'linked="oid"'])],
    ['any version', request(there, 10, undefined)],
  ])('is left out for %s', (_, asked) => {
    expect(ifRangeOf(asked)).toBeUndefined();
  });
});

describe('isSameVersion', () => {
  it.each([
    ['the same ETag', ['etag@a="1"'], ['etag@a="1"'], true],
    [
      'what the hub calls it, from two hosts',
      ['linked="1"', 'etag@a="1"'],
      ['linked="1"', 'etag@b="2"'],
      true,
    ],
    [
      'two ETags of one host, whatever the hub calls it',
      ['linked="1"', 'etag@a="1"'],
      ['linked="1"', 'etag@a="2"'],
      false,
    ],
    ['ETags of two hosts, though they are alike', ['etag@a="1"'], ['etag@b="1"'], false],
    ['an ETag and a date', ['etag@a="1"'], ['date@a=1'], false],
    ['nothing and nothing', [], [], false],
  ])('compares %s', (_, one, other, isSame) => {
    expect(isSameVersion(one, other)).toBe(isSame);
    expect(isSameVersion(other, one)).toBe(isSame);
  });
});
