/** Numbers, states and failures as people read them, in the app and in the terminal. No React, no DOM. */
import { ERROR_TRAITS } from '../errors';
import type {
  ModelErrorCode,
  ModelErrorDetails,
  ModelFailure,
  PromptFormat,
  Remedy,
} from '../errors';
import type { Guidance } from '../ai/modelConfig';
import type { InstalledFile } from '../ai/modelState';
import { isVerified } from '../ai/published';

/** After a damaged database was set aside. */
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

/** For a size that nobody has confirmed yet. */
export function formatAboutBytes(bytes: number): string {
  return `about ${formatBytes(bytes)}`;
}

/** Every digit, for lists that people compare with another source. */
export function formatExactBytes(bytes: number): string {
  return `${String(bytes).replace(/\B(?=(\d{3})+$)/g, ',')} bytes`;
}

export function formatRate(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`;
}

/** Tokens a second; slow models deserve their decimal. */
export function formatTokenRate(tokensPerSecond: number): string {
  return `${tokensPerSecond.toFixed(tokensPerSecond < 9.95 ? 1 : 0)} tokens/s`;
}

/** Less than a second in milliseconds. */
export function formatMilliseconds(milliseconds: number): string {
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
  return formatDuration(milliseconds / 1000);
}

/** Whole per cent that says 100 only when every byte is here. */
export function percentOf(part: number, total: number): number {
  if (total <= 0) return 0;
  return Math.min(100, Math.max(0, Math.floor((part / total) * 100)));
}

/** The two largest units that matter: `45 s`, `3 min`, `1 h 5 min`. */
export function formatDuration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1).replace(/\.0$/, '')} s`;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  const hours = `${Math.floor(minutes / 60)} h`;
  return rest === 0 ? hours : `${hours} ${rest} min`;
}

/** Never less than a second, so that nothing counts down to "0 s left". */
export function formatTimeLeft(seconds: number): string {
  return `${formatDuration(Math.max(1, Math.round(seconds)))} left`;
}

/** A moment in the person's own time zone. */
export function formatDate(epochMs: number): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' }).format(
    epochMs,
  );
}

/** `1234` as `1,234`. */
export function formatCount(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** How much of its context a chat takes. */
export function formatContext(usedTokens: number, contextTokens: number): string {
  return `${formatCount(usedTokens)} of ${formatCount(contextTokens)} tokens`;
}

export const GUIDANCE_LABELS: Readonly<Record<Guidance, string>> = {
  fastest: 'Fastest',
  balanced: 'Balanced',
  'best-quality': 'Best quality',
};

/** What a file's bytes were compared with before it was installed. */
export const CHECK_LABELS: Readonly<Record<InstalledFile['checkedAgainst'], string>> = {
  registry: 'Verified against the registry',
  hub: 'Verified against the hub',
  app: 'Came with the app',
  none: 'Complete; its publisher states no digest',
};

/** Of a model of which a file's digest was published by nobody. */
export const NO_DIGEST = 'complete; its publisher states no digest';

/** After a check in which every byte was right. */
export function checkedWords(files: readonly InstalledFile[]): string {
  return files.every(isVerified)
    ? 'every byte is as it was installed'
    : 'every byte is as it was installed; its publisher states no digest';
}

/** The sentence that `text` is the rest of. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

const REMEDY_LABELS: Readonly<Record<Remedy, string | undefined>> = {
  retry: 'Try again',
  'free-space': 'Free up space',
  'open-page': 'Open its page',
  remove: 'Remove',
  download: 'Download',
  repair: 'Repair',
  reload: 'Reload',
  'new-chat': 'New chat',
  'choose-template': 'Choose a format',
  none: undefined,
};

/** How a conversation is written for a model, by who writes so. */
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

export interface FailureWords {
  title: string;
  /** What happened and what to do, in a sentence or two. */
  detail: string;
  /** The label of the one button, or undefined where nothing helps. */
  remedyLabel: string | undefined;
}

type Wording = Pick<FailureWords, 'title' | 'detail'>;
const words = (title: string, detail: string): Wording => ({ title, detail });

const MAX_FOREIGN_LENGTH = 160;
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+/g;

/** Text that a server or a file chose, made safe to show: one line, no control or direction characters, not endless. */
export function printable(text: string): string {
  const line = text.replace(UNPRINTABLE, ' ').trim();
  return line.length > MAX_FOREIGN_LENGTH ? `${line.slice(0, MAX_FOREIGN_LENGTH - 1)}…` : line;
}

const FAILURES: {
  readonly [Code in ModelErrorCode]: (details: ModelErrorDetails[Code]) => Wording;
} = {
  NET_OFFLINE: ({ host }) =>
    words('No connection', `${printable(host)} could not be reached. Check the connection.`),
  NET_INTERRUPTED: ({ host }) =>
    words('The connection broke', `${printable(host)} stopped answering. What arrived is kept.`),
  NET_STALLED: ({ host, waitedMs, receivedBytes }) =>
    words(
      'The transfer stalled',
      receivedBytes === 0
        ? `Nothing came from ${printable(host)} for ${formatDuration(waitedMs / 1000)}. What arrived is kept.`
        : `Only ${formatBytes(receivedBytes)} came from ${printable(host)} in ${formatDuration(waitedMs / 1000)}. What arrived is kept.`,
    ),
  NET_METERED: () =>
    words(
      'Waiting for Wi-Fi',
      'Downloads are set to wait for Wi-Fi, and this is mobile data. What arrived is kept.',
    ),
  NET_SWITCHED_OFF: ({ setting }) =>
    words(
      'Requests are switched off',
      `${printable(setting)} is set, so that nothing is asked of any network. Unset it to download.`,
    ),
  PROXY_UNREACHABLE: ({ proxy, host, status }) =>
    words(
      'The proxy does not get through',
      status === undefined
        ? `The proxy ${printable(proxy)} does not answer. Check its address, or reach ${printable(host)} without it.`
        : `The proxy ${printable(proxy)} answered ${status} for ${printable(host)}. Try again later, or ask who runs it.`,
    ),
  PROXY_DENIED: ({ proxy, host, status }) =>
    words(
      'The proxy refuses',
      status === 407
        ? `The proxy ${printable(proxy)} wants a sign-in (407). Put it into its address: http://name:password@${printable(proxy)}`
        : `The proxy ${printable(proxy)} lets nobody through to ${printable(host)} (${status}). Ask who runs it.`,
    ),
  PROXY_INVALID: ({ setting, reason }) =>
    words(
      'The proxy can’t be used',
      reason === 'socks'
        ? `${printable(setting)} names a SOCKS proxy, which is not supported. Name one that speaks HTTP.`
        : `${printable(setting)} is no address of a proxy, such as http://proxy.example.com:3128`,
    ),
  NET_TLS: ({ host }) =>
    words(
      'The connection is not safe',
      `The certificate of ${printable(host)} is not trusted. A captive network can cause this, and so can a wrong date or time on this device.`,
    ),
  HTTP_DENIED: ({ host, status }) =>
    words('Access denied', `${printable(host)} wants a sign-in for this model (${status}).`),
  HTTP_GATED: () =>
    words('Its licence has to be accepted', 'Open the model’s page, sign in and accept its terms.'),
  HTTP_NOT_FOUND: ({ host, what }) =>
    words(
      'Not there any more',
      `${printable(host)} does not have this ${what}. See the model’s page.`,
    ),
  STORE_REFUSED: ({ host, what }) =>
    words(
      'The file can’t be fetched just now',
      what === 'denied'
        ? `${printable(host)} has this model, and the address that it gave for the file was refused. What arrived is kept. Try again later.`
        : `${printable(host)} has this model, and there was no file at the address that it gave. What arrived is kept. Try again later.`,
    ),
  HTTP_RATE_LIMITED: ({ host, retryAfterMs }) =>
    words(
      'Too many requests',
      retryAfterMs === undefined
        ? `${printable(host)} asks us to wait. Try again in a few minutes.`
        : `${printable(host)} asks us to wait for ${formatDuration(retryAfterMs / 1000)}.`,
    ),
  HTTP_SERVER: ({ host, status }) =>
    words(
      'The server has a problem',
      `${printable(host)} answered with an error (${status}). Try again later.`,
    ),
  HTTP_UNEXPECTED: ({ host, status, reason }) =>
    words('An unexpected answer', `${printable(host)} answered ${status}: ${printable(reason)}`),
  REDIRECT_UNSAFE: ({ host, reason }) =>
    words(
      'An unsafe address was refused',
      host === '' ? printable(reason) : `${printable(host)}: ${printable(reason)}`,
    ),
  NOT_A_MODEL: ({ host, contentType }) =>
    words(
      'This is not a model',
      `${printable(host)} sent a page (${printable(contentType)}) in its place. A network that wants a sign-in does that.`,
    ),
  RANGE_INVALID: ({ host }) =>
    words(
      'The server sent the wrong part',
      `${printable(host)} did not send the bytes that it was asked for.`,
    ),
  REMOTE_CHANGED: () =>
    words(
      'The file changed on the server',
      'It is not the one that was begun. Try again; if it stays so, cancel and download it anew.',
    ),
  FILE_EMPTY: ({ host }) =>
    words(
      'The file is empty',
      `${printable(host)} sent nothing where a model should be. Try again later, or ask whoever published it.`,
    ),
  LENGTH_MISMATCH: ({ fileName, expectedBytes, actualBytes }) =>
    words(
      'The file has the wrong length',
      `${printable(fileName)} has ${formatExactBytes(actualBytes)} in place of ${formatExactBytes(expectedBytes)}. It was not kept.`,
    ),
  HASH_MISMATCH: ({ fileName }) =>
    words(
      'The file is damaged or was changed',
      `${printable(fileName)} does not have the digest that it should. Fetch it again before you use it.`,
    ),
  NOT_AS_PUBLISHED: ({ fileName }) =>
    words(
      'Not the file that the registry names',
      `${printable(fileName)} on this device is another one than the registry or catalog states. Repair fetches the one that it names.`,
    ),
  NO_SPACE: ({ neededBytes, freeBytes }) =>
    words(
      'Not enough space',
      freeBytes === undefined
        ? `It needs ${formatBytes(neededBytes)} more than this device allows. Remove a model first.`
        : `It needs ${formatBytes(neededBytes)} and ${formatBytes(freeBytes)} are free. Remove a model first.`,
    ),
  DISK_IO: ({ reason }) =>
    words('The disk refused', `Reading or writing failed: ${printable(reason)}`),
  STORAGE_UNAVAILABLE: ({ reason }) =>
    words('The models folder can’t be read', `Nothing was changed. ${printable(reason)}`),
  STORAGE_BUSY: () =>
    words(
      'Something else is using it',
      'Another tab or program holds this model’s file. Close it, then try again.',
    ),
  NAME_INVALID: ({ name }) =>
    words('A file name is not allowed', `“${printable(name)}” can’t be used as a file name.`),
  DB_FAILED: ({ reason }) =>
    words('The settings can’t be read or saved', `The database failed: ${printable(reason)}`),
  DB_TOO_NEW: () =>
    words(
      'These settings are from a newer version',
      'Reload to get the newest version of the app.',
    ),
  CATALOG_INVALID: ({ reason }) =>
    words('The catalog can’t be used', `Its models were left out: ${printable(reason)}`),
  MODEL_UNAVAILABLE: ({ reason }) => words('Not available here', printable(reason)),
  MODEL_MISSING: () => words('The model is not on this device', 'Download it again to use it.'),
  LOAD_FAILED: ({ reason }) =>
    words('The model did not load', `Remove it, or select a smaller one. ${printable(reason)}`),
  LOAD_INTERRUPTED: () =>
    words(
      'The app ended while this model was loading',
      'If it crashed, the model may be too large for this device. Load it again, or choose a smaller one.',
    ),
  NO_MEMORY: ({ neededBytes }) =>
    words(
      'Not enough memory beside the model in use',
      neededBytes === undefined
        ? 'How much it needs is not known. Select it to load it in place of the other.'
        : `It needs ${formatAboutBytes(neededBytes)}. Select it to load it in place of the other.`,
    ),
  GENERATION_FAILED: ({ reason }) => words('The answer broke off', printable(reason)),
  CONTEXT_FULL: ({ contextTokens }) =>
    words(
      'This chat is full',
      `The model remembers ${formatCount(contextTokens)} tokens, and this chat is longer. Start a new one.`,
    ),
  TEMPLATE_INVALID: ({ reason, suggested }) =>
    words(
      'The model’s chat template can’t be used',
      `The model itself is whole. Its template says how a chat is written for it, and has a fault (${printable(reason)}). Another format may do; models like this one mostly read ${FORMAT_LABELS[suggested]}.`,
    ),
  APP_INCOMPLETE: ({ file, reason }) =>
    words(
      'A part of the app is missing',
      `Reload the page. If it stays so, whoever serves this app has to put it right: ${printable(file)} (${printable(reason)}).`,
    ),
  UNSUPPORTED: ({ feature, host }) =>
    words('Not supported here', `${printable(feature)} does not work on ${printable(host)} yet.`),
  INTERNAL: ({ reason }) =>
    words('Something went wrong in the app', `Please report this: ${printable(reason)}`),
};

/** What happened, what to do, and the label of the one button that does it. */
export function describeFailure(failure: ModelFailure): FailureWords {
  // The table gives each code its own details, which the compiler can't follow through an index.
  const word = FAILURES[failure.code] as (details: ModelFailure['details']) => Wording;
  return {
    ...word(failure.details),
    remedyLabel: REMEDY_LABELS[ERROR_TRAITS[failure.code].remedy],
  };
}
