import { describe, expect, it } from 'vitest';

import { madeVersion } from '../../../tests/deltaFixture';
import { ggufPartLengths } from './ggufCuts';

const partsOf = (bytes: Uint8Array) =>
  ggufPartLengths(
    (at, length) => Promise.resolve(bytes.subarray(at, at + length)),
    bytes.byteLength,
  );
const sum = (parts: readonly number[]) => parts.reduce((total, each) => total + each, 0);

describe('the parts of a GGUF file', () => {
  it('are its long entries, what is between them, and its tensors', async () => {
    const bytes = madeVersion();
    const parts = await partsOf(bytes);
    expect(sum(parts)).toBe(bytes.byteLength);
    // Before the tokens, the tokens, behind them with the template and the table, and six tensors.
    expect(parts).toHaveLength(9);
    expect(parts.slice(3)).toEqual(Array.from({ length: 6 }, () => 160_000));
  });

  it('keep their lengths where a template or a tensor is another one', async () => {
    const [old, other] = [
      await partsOf(madeVersion()),
      await partsOf(madeVersion({ template: 'x'.repeat(999) })),
    ];
    expect(other.toSpliced(2, 1)).toEqual(old.toSpliced(2, 1));
    expect(other[2]).toBeGreaterThan(old[2] ?? 0);
  });

  it.each([
    ['of another format', new TextEncoder().encode('a tokenizer, or anything else'.repeat(99))],
    ['that is cut off in its header', madeVersion().subarray(0, 60_000)],
    ['that is empty but for its magic', new TextEncoder().encode('GGUF')],
  ])('are the whole file for one %s', async (_, bytes) => {
    expect(await partsOf(bytes)).toEqual([bytes.byteLength]);
  });

  it('are inside the file, whatever places its table states', async () => {
    const bytes = madeVersion().slice();
    const view = new DataView(bytes.buffer);
    const parts = await partsOf(bytes);
    // The offset of the first tensor is in the last 8 bytes of its row.
    const header = (parts[0] ?? 0) + (parts[1] ?? 0);
    for (let at = header; at < header + 600; at += 1) {
      for (const value of [0n, 1n, 0xffff_ffff_ffff_ffffn, 2n ** 53n - 33n, 977n]) {
        const before = view.getBigUint64(at, true);
        view.setBigUint64(at, value, true);
        const found = await partsOf(bytes);
        expect(sum(found)).toBe(bytes.byteLength);
        expect(found.every((each) => Number.isSafeInteger(each) && each > 0)).toBe(true);
        view.setBigUint64(at, before, true);
      }
    }
  });
});
