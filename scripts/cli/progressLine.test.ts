import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';

import { progressLine } from './progressLine';

const FILE = {
  fileName: 'Qwen3-0.6B-Q4_K_M-from-somewhere-far.gguf',
  receivedBytes: 123_456_789,
  totalBytes: 987_654_321,
};
const TAIL = '12.3 MB/s  3 min left';

describe('a line of progress', () => {
  it.each([200, 120, 100, 80, 79, 72, 61, 50, 40, 30])(
    'keeps percentage and bytes at %i columns, and wraps nowhere',
    (columns) => {
      const line = progressLine(FILE, TAIL, columns);
      expect(stringWidth(line)).toBeLessThanOrEqual(columns);
      expect(line).toContain('12%');
      expect(line).toContain('123 MB of 988 MB');
    },
  );

  it('has rate and time left on an ordinary terminal', () => {
    expect(progressLine(FILE, TAIL, 79)).toContain(TAIL);
  });

  it('keeps the percentage where there is room for nothing else', () => {
    expect(progressLine(FILE, TAIL, 12)).toContain('12%');
  });

  it('stands still while the bytes grow', () => {
    const ends = [1, 9_999_999, 123_456_789, 987_654_321].map((receivedBytes) =>
      progressLine({ ...FILE, receivedBytes }, TAIL, 100).indexOf(TAIL),
    );
    expect(new Set(ends).size).toBe(1);
  });

  it('counts the columns of wide characters', () => {
    const fileName = '通义千问三点零点六十亿参数指令微调模型.gguf';
    for (const columns of [100, 79, 61, 40]) {
      expect(stringWidth(progressLine({ ...FILE, fileName }, TAIL, columns))).toBeLessThanOrEqual(
        columns,
      );
    }
  });

  it('shows the bytes of a file whose size nobody knows', () => {
    const line = progressLine({ ...FILE, totalBytes: undefined }, TAIL, 79);
    expect(line).toContain('123 MB');
    expect(line).not.toContain('%');
  });
});
