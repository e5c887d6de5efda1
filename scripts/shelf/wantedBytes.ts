/** Reads a size as a person writes it: `2GB`, `1.5 GiB`, `500M`. */
import { UsageError } from '../cli/usageError';

const UNITS: Readonly<Record<string, number>> = {
  ...{ B: 1, K: 1e3, KB: 1e3, M: 1e6, MB: 1e6, G: 1e9, GB: 1e9, T: 1e12, TB: 1e12 },
  ...{ KIB: 2 ** 10, MIB: 2 ** 20, GIB: 2 ** 30, TIB: 2 ** 40 },
};

/** In bytes; undefined where nothing is written. @throws UsageError */
export function wantedBytesOf(written: string | undefined): number | undefined {
  if (written === undefined) return undefined;
  const [, digits = '', unit = ''] =
    /^(\d{1,6}(?:\.\d{1,3})?) ?([KMGT]?i?B|[KMGT])$/i.exec(written) ?? [];
  const bytes = Math.round(Number(digits) * (UNITS[unit.toUpperCase()] ?? 0));
  if (bytes > 0) return bytes;
  throw new UsageError('--free takes a size, such as 500MB, 2GB or 2GiB.');
}
