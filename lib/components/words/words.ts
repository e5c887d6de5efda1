/** Numbers, states and failures in words for people, in the app and in the terminal. No React, no DOM. */
import type { PromptFormat } from '../../errors';
import type { AddedOrigin } from '../../ai/added/addedRows';
import type { BuildChoice } from '../../ai/registry/buildChoice';
import type { Guidance } from '../../ai/modelConfig';
import type { InstalledFile } from '../../ai/modelState';
import { isVerified } from '../../ai/registry/published';
import { TRAITS } from '../../ai/runtimes/runtimes';
import { currentLocale, t } from './language';

/** Shown after a damaged database was set aside. */
export const FORGOTTEN =
  'What was noted on this device was damaged and had to be put aside. Your models are all still here; your choices begin anew.';

/** A number in the format of the language, with a fixed count of decimals. */
function formatNumber(value: number, decimals = 0): string {
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return new Intl.NumberFormat(currentLocale(), digits).format(value);
}

// Functions, because a text is translated when it is made.
const BYTE_UNITS = [
  (value: string) => t('{value} kB', { value }),
  (value: string) => t('{value} MB', { value }),
  (value: string) => t('{value} GB', { value }),
  (value: string) => t('{value} TB', { value }),
] as const;

/** Decimal units, as shops and the hub state them: `807.7 MB` is `808 MB`, `1_140_000_000` is `1.1 GB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return t('{value} B', { value: formatNumber(bytes) });
  let value = bytes / 1000;
  let unit = 0;
  // 999.95 would be printed as 1000.
  while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const decimals = unit >= 2 ? value < 99.95 : value < 9.95;
  const words = BYTE_UNITS[unit] ?? BYTE_UNITS[0];
  return words(formatNumber(value, decimals ? 1 : 0));
}

/** For a size that isn't confirmed yet. */
export function formatAboutBytes(bytes: number): string {
  return t('about {size}', { size: formatBytes(bytes) });
}

/** All digits, for lists that people compare with another source. */
export function formatExactBytes(bytes: number): string {
  return t('{count} bytes', { count: formatNumber(bytes) });
}

export function formatRate(bytesPerSecond: number): string {
  return t('{size}/s', { size: formatBytes(bytesPerSecond) });
}

/** Tokens a second; slow rates have a decimal. */
export function formatTokenRate(tokensPerSecond: number): string {
  const rate = formatNumber(tokensPerSecond, tokensPerSecond < 9.95 ? 1 : 0);
  return t('{rate} tokens/s', { rate });
}

/** Times under one second in milliseconds, longer ones as `formatDuration`. */
export function formatMilliseconds(milliseconds: number): string {
  if (milliseconds < 999.5) return t('{count} ms', { count: formatNumber(milliseconds) });
  return formatDuration(milliseconds / 1000);
}

/** A whole percentage, rounded down: 100 only when `part` is the whole `total`. */
export function percentOf(part: number, total: number): number {
  if (total <= 0) return 0;
  return Math.min(100, Math.max(0, Math.floor((part / total) * 100)));
}

/** `45` as `45%`. */
export function formatPercent(percent: number): string {
  return new Intl.NumberFormat(currentLocale(), { style: 'percent' }).format(percent / 100);
}

/** The two largest units: `45 s`, `3 min`, `1 h 5 min`. */
export function formatDuration(seconds: number): string {
  const inSeconds = (count: string) => t('{count} s', { count });
  if (seconds < 10) {
    return inSeconds(formatNumber(seconds, seconds.toFixed(1).endsWith('.0') ? 0 : 1));
  }
  if (seconds < 59.5) return inSeconds(formatNumber(seconds));
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return t('{count} min', { count: formatNumber(minutes) });
  const rest = minutes % 60;
  const hours = formatNumber(Math.floor(minutes / 60));
  if (rest === 0) return t('{hours} h', { hours });
  return t('{hours} h {minutes} min', { hours, minutes: formatNumber(rest) });
}

/** At least one second, so that a countdown never shows "0 s left". */
export function formatTimeLeft(seconds: number): string {
  return t('{time} left', { time: formatDuration(Math.max(1, Math.round(seconds))) });
}

/** A time in the person's own time zone. */
export function formatDate(epochMs: number): string {
  const format = { dateStyle: 'medium', timeStyle: 'short' } as const;
  return new Intl.DateTimeFormat(currentLocale(), format).format(epochMs);
}

/** A day in the person's own time zone. */
export function formatDay(epochMs: number): string {
  return new Intl.DateTimeFormat(currentLocale(), { dateStyle: 'medium' }).format(epochMs);
}

/** `1234` as `1,234`. */
export function formatCount(value: number): string {
  return formatNumber(value);
}

/** How much of its context a chat takes. */
export function formatContext(usedTokens: number, contextTokens: number): string {
  const used = formatCount(usedTokens);
  return t('{used} of {all} tokens', { used, all: formatCount(contextTokens) });
}

/** How a person added a model. */
export const ORIGIN_LABELS: Readonly<Record<AddedOrigin, string>> = {
  hub: 'Added from the hub',
  link: 'Added from the hub',
  address: 'Added from an address',
  file: 'Added from a file',
};

export const GUIDANCE_LABELS: Readonly<Record<Guidance, string>> = {
  fastest: 'Fastest',
  balanced: 'Balanced',
  'best-quality': 'Best quality',
};

/** The runtime of a model here, and the reason for it. */
export function describeBuild({ runtime, reason, others, preferred }: BuildChoice): string {
  const { label, hasFiles } = TRAITS[runtime];
  if (!hasFiles || reason === 'none') return label;
  if (reason === 'only') return `${label}: its only build that runs on this device`;
  const too = `there is a build for ${others.map((other) => TRAITS[other].label).join(' and ')}, too`;
  if (reason === 'preferred') return `${label}: this device prefers it; ${too}`;
  if (runtime === preferred) return `${label}: installed already; ${too}`;
  return `${label}: installed already; ${too}, which this device takes once this one is removed`;
}

/** The source of the digest that a file was compared with before its install. */
export const CHECK_LABELS: Readonly<Record<InstalledFile['checkedAgainst'], string>> = {
  registry: 'Verified by its published digest',
  hub: 'Verified by the digest that the hub states',
  app: 'Came with the app',
  none: 'Complete; its publisher states no digest',
};

/** For a model with a file whose digest isn't published. */
export const NO_DIGEST = 'complete; its publisher states no digest';

/** For a check that found every byte right. */
export function checkedWords(files: readonly InstalledFile[]): string {
  return files.every(isVerified)
    ? 'every byte is as it was installed'
    : 'every byte is as it was installed; its publisher states no digest';
}

/** A full sentence from `text`: with a capital letter and a full stop. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** The names of the prompt formats, by the models that use them. */
export const FORMAT_LABELS: Readonly<Record<PromptFormat, string>> = {
  chatml: 'ChatML',
  'llama-3': 'Llama 3',
  inst: 'Llama 2 and Mistral',
  gemma: 'Gemma',
  phi: 'Phi',
  zephyr: 'Zephyr',
  deepseek: 'DeepSeek',
  plain: 'Plain text',
};

const MAX_FOREIGN_LENGTH = 160;
// eslint-disable-next-line no-control-regex -- the pattern looks for control characters
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+/g;

/** Text from a server or a file, made safe to show: one line, no control or direction characters, limited length. */
export function printable(text: string): string {
  const line = text.replace(UNPRINTABLE, ' ').trim();
  return line.length > MAX_FOREIGN_LENGTH ? `${line.slice(0, MAX_FOREIGN_LENGTH - 1)}…` : line;
}
