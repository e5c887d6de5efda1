/**
 * What a report may hold. Nothing that a phone, a tool or a person says is passed on as it is: each field has its own
 * reader, which knows the few forms that the field can have, and drops everything else.
 */
import { ERROR_TRAITS } from '../../lib/errors';
import type { ModelErrorCode } from '../../lib/errors';

/** Undefined where the text isn't what the field can be. */
export type Reader<T> = (text: string | undefined) => T | undefined;

const matching =
  (pattern: RegExp): Reader<string> =>
  (text) =>
    pattern.exec(text?.trim() ?? '')?.[0];

const oneOf = <T extends string>(known: readonly T[]): Reader<T> => {
  const plain = (text: string) => text.trim().toLowerCase();
  return (text) => known.find((one) => text !== undefined && plain(one) === plain(text));
};

/** `14`, `17.5.1`, `0.1.0`: no part is as long as a serial number. */
export const readVersion = matching(/^\d{1,3}(\.\d{1,3}){0,3}$/);

export const readMaker = oneOf([
  ...['Apple', 'Google', 'Samsung', 'Xiaomi', 'OnePlus', 'Motorola', 'Sony', 'Nokia', 'HMD'],
  ...['OPPO', 'vivo', 'realme', 'Nothing', 'Fairphone', 'ASUS', 'Honor', 'Huawei', 'Lenovo'],
]);

/** By the families in which makers number theirs: a chip says how fast a phone is, and many have the same. */
export const readChip = matching(
  /^(SM\d{4}(-A[A-Z])?|SDM\d{3}|MT\d{4}[A-Z]{0,2}|s5e\d{4}|GS\d01|Tensor( G\d)?|Exynos \d{3,4}|ums\d{3,4}|T\d{3})$/i,
);

/** `iPhone15,2`: the model, which everybody has who bought the same. */
export const readAppleModel = matching(/^(iPhone|iPad)\d{1,2},\d{1,2}$/);

export const readProcessor = oneOf(['arm64-v8a', 'x86_64', 'armeabi-v7a', 'x86']);

/** A count or a measurement that a person typed; at most what a phone could reach. */
export const readNumber: Reader<number> = (text) => {
  const plain = text?.trim().replace(',', '.') ?? '';
  return /^\d{1,5}(\.\d{1,3})?$/.test(plain) ? Number(plain) : undefined;
};

const CODES = Object.keys(ERROR_TRAITS) as ModelErrorCode[];

export const readErrorCode = oneOf(CODES);

/** How often each of our own codes stands in a text; nothing else of it. */
export function countErrorCodes(text: string): Partial<Record<ModelErrorCode, number>> {
  const counts: Partial<Record<ModelErrorCode, number>> = {};
  for (const [word] of text.matchAll(/\b[A-Z]+(_[A-Z]+)+\b|\bINTERNAL\b|\bUNSUPPORTED\b/g)) {
    const code = CODES.find((known) => known === word);
    if (code !== undefined) counts[code] = (counts[code] ?? 0) + 1;
  }
  return counts;
}

/** As Android numbers the ways in which a process ends (`ApplicationExitInfo`). */
const EXIT_REASONS = [
  ...(['unknown', 'by itself', 'signal', 'low memory', 'crash', 'native crash'] as const),
  ...(['not responding', 'failed start', 'permission changed', 'too many resources'] as const),
  ...(['by the person', 'user stopped', 'dependency died', 'by the system', 'frozen'] as const),
] as const;

export type ExitReason = (typeof EXIT_REASONS)[number];

/** How often the system says that the app ended, and why. */
export function countExits(text: string): Partial<Record<ExitReason, number>> {
  const counts: Partial<Record<ExitReason, number>> = {};
  for (const [, number] of text.matchAll(/\breason=(\d{1,2}) \(/g)) {
    const reason = EXIT_REASONS[Number(number)] ?? 'unknown';
    counts[reason] = (counts[reason] ?? 0) + 1;
  }
  return counts;
}
