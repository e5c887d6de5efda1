/** What went wrong with the connections of one file, one after the other, and what follows from it. */
import { ERROR_TRAITS, type ModelError, type ModelErrorCode } from '../../errors';
import type { Clock } from '../../platform/types';
import { backoffMs, retryDelayMs } from '../flow/retry';

/** Bad answers in a row, without one new byte by anybody, after which they are the file's. */
const MOST_BAD_ANSWERS = 4;
const FIRST_SILENCE_MS = 10_000;
const LONGEST_SILENCE_MS = 30_000;

/**
 * What one answer says of itself: another connection may get a better one. The traits of such a
 * failure are those of the file, once it has become the file's.
 */
const BAD_ANSWERS: ReadonlySet<ModelErrorCode> = new Set([
  'NET_TLS',
  'HTTP_DENIED',
  'HTTP_GATED',
  'HTTP_NOT_FOUND',
  'HTTP_UNEXPECTED',
  'REDIRECT_UNSAFE',
  'NOT_A_MODEL',
  'REMOTE_CHANGED',
  'LENGTH_MISMATCH',
]);

export interface SetbackTools {
  clock: Clock;
  /** In [0, 1). */
  random: () => number;
}

/** When a connection began, for `failed`. */
export type Moment = number;

export type Consequence =
  /** No attempt would mend it. */
  | { kind: 'end' }
  /** Its place waits for so long. */
  | { kind: 'wait'; delayMs: number };

export interface FailureContext {
  /** When the connection began that failed. */
  begunAt: Moment;
  /** How many are still under way, each of which may bring something. */
  others: number;
}

export interface Setbacks {
  now(): Moment;
  /** Failures in a row, without one new byte. */
  readonly inARow: number;
  /** Whether nothing new may be opened: after a failure, until a wait is over or others bring bytes. */
  isWaiting(): boolean;
  /** What is waited for, and how much longer; once for each wait. */
  takeNews(): { error: ModelError; delayMs: number } | undefined;
  /** How long silence may last before it is a failure: the longer, the more often it was one. */
  silenceMs(): number;
  /** A connection was answered as it should be: from now on a refusal is that of one answer. */
  answered(): void;
  /** New bytes are here: whatever failed, the file is coming. */
  progressed(): void;
  /** A connection brought all that it was to bring: what failed was another one. */
  wentWell(): void;
  failed(error: ModelError, context: FailureContext): Consequence;
  close(): void;
}

/** `onWaited` is told when something new may be opened again. */
export function createSetbacks({ clock, random }: SetbackTools, onWaited: () => void): Setbacks {
  let moment: Moment = 0;
  let failures = 0;
  let hasAnswer = false;
  let lastDelayMs = 0;
  let waiting: { callOff: () => void; error: ModelError; endMs: number } | undefined;
  let news: typeof waiting;

  function stopWaiting(): void {
    waiting?.callOff();
    waiting = undefined;
  }

  function wentWell(): void {
    if (waiting === undefined || isOrder(waiting.error)) return;
    stopWaiting();
    onWaited();
  }

  function wait(error: ModelError, delayMs: number): void {
    stopWaiting();
    const callOff = clock.after(delayMs, () => {
      waiting = undefined;
      onWaited();
    });
    waiting = { callOff, error, endMs: clock.monotonicMs() + delayMs };
    news = waiting;
  }

  function delayAfter(error: ModelError): number | undefined {
    if (!BAD_ANSWERS.has(error.code)) return retryDelayMs(error, failures, random());
    if (failures >= MOST_BAD_ANSWERS || (!hasAnswer && isDecided(error))) return undefined;
    return backoffMs(failures, random());
  }

  return {
    now: () => moment,
    get inARow() {
      return failures;
    },
    isWaiting: () => waiting !== undefined,
    silenceMs: () => Math.min(LONGEST_SILENCE_MS, FIRST_SILENCE_MS * 2 ** failures),
    answered() {
      hasAnswer = true;
    },
    progressed() {
      failures = 0;
      wentWell();
    },
    wentWell,
    takeNews() {
      if (waiting === undefined || news !== waiting) return undefined;
      news = undefined;
      return { error: waiting.error, delayMs: waiting.endMs - clock.monotonicMs() };
    },
    failed(error, { begunAt, others }) {
      // Eight connections that break at once are one failure.
      if (begunAt !== moment && isOfConnection(error)) {
        return { kind: 'wait', delayMs: lastDelayMs };
      }
      moment += 1;
      // Not yet is no failure.
      if (error.code !== 'NET_METERED') failures += 1;
      const isLast = others === 0 || !isOfConnection(error);
      const delayMs = delayAfter(error) ?? (isLast ? undefined : backoffMs(failures, random()));
      if (delayMs === undefined) return { kind: 'end' };
      lastDelayMs = delayMs;
      wait(error, delayMs);
      return { kind: 'wait', delayMs };
    },
    close: stopWaiting,
  };
}

/** Whether it ends a transfer that has shown nothing yet: the hub's own word, and what nobody may go past. */
function isDecided({ code }: ModelError): boolean {
  return ERROR_TRAITS[code].retry === 'never' || code === 'NET_TLS' || code === 'REDIRECT_UNSAFE';
}

function isOfConnection({ code }: ModelError): boolean {
  return BAD_ANSWERS.has(code) || ERROR_TRAITS[code].retry === 'auto';
}

/** Whether the wait is somebody's wish, which others that are well don't end. */
function isOrder({ code }: ModelError): boolean {
  return code === 'HTTP_RATE_LIMITED' || code === 'NET_METERED';
}
