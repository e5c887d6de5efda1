import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { formatHeader, formatJournal, formatLine, parseJournal } from './journalText';

const TOTAL = 100;
const HEX = 'a'.repeat(64);
const header = formatHeader(TOTAL, 'boot');
const landed = (startBytes: number, endBytes: number) =>
  formatLine({ kind: 'landed', range: { startBytes, endBytes } });

describe('a journal', () => {
  it('gives back what it was told', () => {
    const facts = {
      synced: [{ startBytes: 0, endBytes: 10 }],
      written: [
        { startBytes: 0, endBytes: 20 },
        { startBytes: 30, endBytes: 40 },
      ],
      digests: [HEX, undefined, HEX],
      versions: ['etag@cdn.example="abc"', 'linked="def"'],
    };
    const text = formatJournal(facts, { totalBytes: TOTAL, bootId: 'boot' });
    expect(parseJournal(text)).toEqual({ ...facts, totalBytes: TOTAL, bootId: 'boot' });
  });

  it('trusts after a reboot only what came before the last sync', () => {
    const synced = formatLine({ kind: 'synced', range: { startBytes: 0, endBytes: 10 } });
    const parsed = parseJournal(header + landed(0, 10) + synced + landed(10, 20));
    expect(parsed?.synced).toEqual([{ startBytes: 0, endBytes: 10 }]);
    expect(parsed?.written).toEqual([{ startBytes: 0, endBytes: 20 }]);
  });

  it('takes back what was lost, also from what was synced, and remembers its digest', () => {
    const lost = formatLine({ kind: 'lost', range: { startBytes: 4, endBytes: 6 } });
    const digest = formatLine({ kind: 'digest', block: 0, hex: HEX });
    const synced = formatLine({ kind: 'synced', range: { startBytes: 0, endBytes: 10 } });
    const parsed = parseJournal(header + landed(0, 10) + digest + synced + lost);
    const rest = [
      { startBytes: 0, endBytes: 4 },
      { startBytes: 6, endBytes: 10 },
    ];
    expect(parsed).toMatchObject({ synced: rest, written: rest, digests: [HEX] });
  });

  it('counts nothing before a restart', () => {
    const digest = formatLine({ kind: 'digest', block: 0, hex: HEX });
    const text = header + landed(0, 50) + digest + formatLine({ kind: 'restarted' }) + landed(0, 5);
    expect(parseJournal(text)).toMatchObject({
      written: [{ startBytes: 0, endBytes: 5 }],
      digests: [],
    });
  });

  it('of more ranges than any transfer has is none, and soon said to be', () => {
    const lines = (count: number) =>
      Array.from({ length: count }, (_, index) => landed(2 * index, 2 * index + 1)).join('');
    expect(parseJournal(header + lines(26_000))).toBeUndefined();
    expect(parseJournal(header + lines(4_096))?.written).toHaveLength(4_096);
  });

  it('of a mebibyte of lines is read as soon as any', () => {
    const line = (kind: 'landed' | 'lost' | 'synced', index: number) =>
      formatLine({ kind, range: { startBytes: 4 * (index % 4_000), endBytes: 4 * index + 1 } });
    const lines = Array.from({ length: 13_000 }, (_, index) =>
      (['landed', 'synced', 'lost'] as const).map((kind) => line(kind, index)).join(''),
    );
    expect(parseJournal(header + lines.join(''))?.digests).toEqual([]);
  });

  it.each([undefined, '', 'journal 2 100 boot\n', '<html>', '\0\0\0\0'])('isn’t %j', (text) => {
    expect(parseJournal(text)).toBeUndefined();
  });
});

it('never says more than was written, wherever a crash cuts or zeroes it', () => {
  const lines = [landed(0, 10), landed(10, 25), landed(60, 75), landed(25, 40)];
  const text = header + lines.join('');
  const whole = parseJournal(text)?.written ?? [];
  const isCovered = (offset: number) =>
    whole.some(({ startBytes, endBytes }) => startBytes <= offset && offset < endBytes);
  fc.assert(
    fc.property(fc.nat(text.length), fc.nat(30), fc.boolean(), (at, length, isCut) => {
      const rest = isCut ? '' : '\0'.repeat(length) + text.slice(at + length);
      const parsed = parseJournal(text.slice(0, at) + rest);
      for (const { startBytes, endBytes } of parsed?.written ?? []) {
        for (let offset = startBytes; offset < endBytes; offset += 1) {
          expect(isCovered(offset)).toBe(true);
        }
      }
    }),
  );
});
