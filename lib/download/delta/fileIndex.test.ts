import { describe, expect, it } from 'vitest';

import { indexText, madeVersion } from '../../../tests/deltaFixture';
import { blocksOf, formatIndex, parseIndex } from './fileIndex';

const NAME = 'abcdef0123456789';
const GOOD = { version: 1, sizeBytes: 150_000, blockBytes: 65_536, parts: [70_000, 80_000] };
const stated = (changes: object) => JSON.stringify({ ...GOOD, names: NAME.repeat(4), ...changes });

describe('an index', () => {
  it('is read as it was written', async () => {
    const bytes = madeVersion();
    const text = await indexText(bytes);
    const index = parseIndex(text, bytes.byteLength);
    expect(index && formatIndex(index)).toBe(text);
    expect(parseIndex(stated({}), 150_000)?.names).toEqual([NAME, NAME, NAME, NAME]);
  });

  it('divides each part by itself', () => {
    expect([...blocksOf([5, 2, 4], 3)]).toEqual([
      { part: 0, startBytes: 0, endBytes: 3 },
      { part: 0, startBytes: 3, endBytes: 5 },
      { part: 1, startBytes: 5, endBytes: 7 },
      { part: 2, startBytes: 7, endBytes: 10 },
      { part: 2, startBytes: 10, endBytes: 11 },
    ]);
  });

  it.each([
    ['isn’t JSON', '{"version":1'],
    ['is a list', '[]'],
    ['is of a later version', stated({ version: 2 })],
    ['is of a file of another size', stated({ sizeBytes: 150_001 })],
    ['has parts that aren’t the file', stated({ parts: [70_000, 80_001] })],
    ['has parts that are less than nothing', stated({ parts: [160_000, -10_000] })],
    ['has an empty part', stated({ parts: [70_000, 0, 80_000] })],
    ['has no part', stated({ parts: [] })],
    ['has parts that are no numbers', stated({ parts: ['70000', 80_000] })],
    ['has half bytes', stated({ parts: [70_000.5, 79_999.5] })],
    ['lacks a name', stated({ names: NAME.repeat(3) })],
    ['has a name too many', stated({ names: NAME.repeat(5) })],
    ['has half a name', stated({ names: `${NAME.repeat(3)}abc` })],
    ['has names that aren’t hex', stated({ names: 'x'.repeat(64) })],
    ['has blocks of a byte', stated({ blockBytes: 1 })],
    ['has blocks without end', stated({ blockBytes: 1e300 })],
    ['has more parts than any file', stated({ parts: Array.from({ length: 100_001 }, () => 1) })],
    ['has no names', JSON.stringify(GOOD)],
  ])('that %s is none', (_, text) => {
    expect(parseIndex(text, 150_000)).toBeUndefined();
  });

  it('makes no list as long as it says a file is', () => {
    // Two mebibytes of blocks for a file of eight petabytes: 2^37 of them would end the process.
    const sizeBytes = Number.MAX_SAFE_INTEGER;
    const text = stated({ sizeBytes, parts: [sizeBytes] });
    expect(parseIndex(text, sizeBytes)).toBeUndefined();
  });
});
