/** Numbers, states and failures in words for people, in the app and in the terminal. No React, no DOM. */
import type { PromptFormat } from '../../errors';
import type { AddedOrigin } from '../../ai/added/addedRows';
import type { BuildChoice } from '../../ai/registry/buildChoice';
import type { Guidance } from '../../ai/modelConfig';
import type { InstalledFile } from '../../ai/modelState';
import { isVerified } from '../../ai/registry/published';
import { TRAITS } from '../../ai/runtimes/runtimes';

/** Shown after a damaged database was set aside. */
export const FORGOTTEN =
  'What was noted on this device was damaged and had to be put aside. Your models are all still here; your choices begin anew.';

const BYTE_UNITS = ['kB', 'MB', 'GB', 'TB'] as const;

/** Decimal units, as shops and the hub state them: `807.7 MB` is `808 MB`, `1_140_000_000` is `1.1 GB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} B`;
  let value = bytes / 1000;
  let unit = 0;
  // 999.95 would be printed as 1000.
  while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const decimals = unit >= 2 ? value < 99.95 : value < 9.95;
  return `${value.toFixed(decimals ? 1 : 0)} ${BYTE_UNITS[unit]}`;
}

/** For a size that isn't confirmed yet. */
export function formatAboutBytes(bytes: number): string {
  return `about ${formatBytes(bytes)}`;
}

/** All digits, for lists that people compare with another source. */
export function formatExactBytes(bytes: number): string {
  return `${String(bytes).replace(/\B(?=(\d{3})+$)/g, ',')} bytes`;
}

export function formatRate(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`;
}

/** Tokens a second; slow rates have a decimal. */
export function formatTokenRate(tokensPerSecond: number): string {
  return `${tokensPerSecond.toFixed(tokensPerSecond < 9.95 ? 1 : 0)} tokens/s`;
}

/** Times under one second in milliseconds, longer ones as `formatDuration`. */
export function formatMilliseconds(milliseconds: number): string {
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
  return formatDuration(milliseconds / 1000);
}

/** A whole percentage, rounded down: 100 only when `part` is the whole `total`. */
export function percentOf(part: number, total: number): number {
  if (total <= 0) return 0;
  return Math.min(100, Math.max(0, Math.floor((part / total) * 100)));
}

/** The two largest units: `45 s`, `3 min`, `1 h 5 min`. */
export function formatDuration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1).replace(/\.0$/, '')} s`;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  const hours = `${Math.floor(minutes / 60)} h`;
  return rest === 0 ? hours : `${hours} ${rest} min`;
}

/** At least one second, so that a countdown never shows "0 s left". */
export function formatTimeLeft(seconds: number): string {
  return `${formatDuration(Math.max(1, Math.round(seconds)))} left`;
}

/** A time in the person's own time zone. */
export function formatDate(epochMs: number): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' }).format(
    epochMs,
  );
}

/** A day in the person's own time zone. */
export function formatDay(epochMs: number): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' }).format(epochMs);
}

/** `1234` as `1,234`. */
export function formatCount(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** How much of its context a chat takes. */
export function formatContext(usedTokens: number, contextTokens: number): string {
  return `${formatCount(usedTokens)} of ${formatCount(contextTokens)} tokens`;
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
