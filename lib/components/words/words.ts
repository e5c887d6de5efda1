/** Numbers, states and failures in words for people, in the app and in the terminal. No React, no DOM. */
import type { PromptFormat } from '../../errors';
import type { AddedOrigin } from '../../ai/added/addedRows';
import type { BuildChoice } from '../../ai/registry/buildChoice';
import type { Guidance } from '../../ai/modelConfig';
import type { InstalledFile } from '../../ai/modelState';
import { isVerified } from '../../ai/registry/published';
import { TRAITS } from '../../ai/runtimes/runtimes';
import type { Host, Runtime } from '../../platform/types';
import { currentLocale, t } from './language';

/** Shown after a damaged database was set aside. */
export const forgottenWords = (): string =>
  t(
    'The notes of this app on this device were damaged and had to be set aside. Your models are all still here; your choices were reset.',
  );

/** Whole sentences, one after the other: in some languages no blank is between them. */
export const joinSentences = (sentences: readonly string[]): string =>
  sentences.reduce((text, sentence) =>
    text === '' ? sentence : t('{text} {sentence}', { text, sentence }),
  );

/** Things of the same kind, one after the other. */
export const joinList = (items: readonly string[]): string =>
  items.length === 0 ? '' : items.reduce((list, item) => t('{list}, {item}', { list, item }));

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
  return t('{count, plural, one {# byte} other {# bytes}}', { count: bytes });
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

/** `1234` as `1,234 tokens`. */
export function formatTokens(count: number): string {
  return t('{count, plural, one {# token} other {# tokens}}', { count });
}

/** How much of its context a chat takes. */
export function formatContext(usedTokens: number, contextTokens: number): string {
  return t('{used} of {all, plural, one {# token} other {# tokens}}', {
    used: formatCount(usedTokens),
    all: contextTokens,
  });
}

/** How a person added a model. */
export function originLabel(origin: AddedOrigin): string {
  switch (origin) {
    case 'hub':
    case 'link':
      return t('Added from the hub');
    case 'address':
      return t('Added from an address');
    case 'file':
      return t('Added from a file');
  }
}

export function guidanceLabel(guidance: Guidance): string {
  switch (guidance) {
    case 'fastest':
      return t('Fastest');
    case 'balanced':
      return t('Balanced');
    case 'best-quality':
      return t('Best quality');
  }
}

/** The name of a runtime; a browser's own model has none. */
export function runtimeLabel(runtime: Runtime): string {
  const { label, hasFiles } = TRAITS[runtime];
  return hasFiles ? label : t('This browser’s own model');
}

/** The runtime of a model here, and the reason for it. */
export function describeBuild({ runtime, reason, others, preferred }: BuildChoice): string {
  const values = { runtime: runtimeLabel(runtime), others: joinList(others.map(runtimeLabel)) };
  if (!TRAITS[runtime].hasFiles || reason === 'none') return values.runtime;
  if (reason === 'only') return t('{runtime}: its only build that runs on this device', values);
  if (reason === 'preferred') {
    return t('{runtime}: this device prefers it; there is a build for {others}, too', values);
  }
  return runtime === preferred
    ? t('{runtime}: installed already; there is a build for {others}, too', values)
    : t(
        '{runtime}: installed already; there is a build for {others}, too, which this device takes once this one is removed',
        values,
      );
}

/** Where a host keeps models; in Node that is a path. */
export function storagePlace({ kind, storageName }: Pick<Host, 'kind' | 'storageName'>): string {
  switch (kind) {
    case 'web':
      return t('this browser’s private storage');
    case 'ios':
    case 'android':
      return t('this app’s documents');
    default:
      return storageName;
  }
}

/** The source of the digest that a file was compared with before its install. */
export function checkLabel(checkedAgainst: InstalledFile['checkedAgainst']): string {
  switch (checkedAgainst) {
    case 'registry':
      return t('Verified by its published digest');
    case 'hub':
      return t('Verified by the digest that the hub states');
    case 'app':
      return t('Came with the app');
    case 'none':
      return t('Complete; its publisher states no digest');
  }
}

/** For a model with a file whose digest isn't published. */
export const noDigestSentence = (): string => t('Complete; its publisher states no digest.');

/** For a check that found every byte right. */
export function checkedSentence(files: readonly InstalledFile[]): string {
  return files.every(isVerified)
    ? t('Every byte is as it was installed.')
    : t('Every byte is as it was installed; its publisher states no digest.');
}

/** The name of a prompt format, by the models that use it. */
export function promptFormatName(format: PromptFormat): string {
  switch (format) {
    case 'inst':
      return t('Llama 2 and Mistral');
    case 'plain':
      return t('Plain text');
    default:
      return FORMAT_NAMES[format];
  }
}

const FORMAT_NAMES = {
  chatml: 'ChatML',
  // eslint-disable-next-line no-restricted-syntax -- a name
  'llama-3': 'Llama 3',
  gemma: 'Gemma',
  phi: 'Phi',
  zephyr: 'Zephyr',
  deepseek: 'DeepSeek',
} as const;

const MAX_FOREIGN_LENGTH = 160;
// eslint-disable-next-line no-control-regex -- the pattern looks for control characters
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+/g;

/** Text from a server or a file, made safe to show: one line, no control or direction characters, limited length. */
export function printable(text: string): string {
  const line = text.replace(UNPRINTABLE, ' ').trim();
  return line.length > MAX_FOREIGN_LENGTH ? `${line.slice(0, MAX_FOREIGN_LENGTH - 1)}…` : line;
}
