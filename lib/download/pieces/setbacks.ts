/** Records the failures of one file's connections, and decides what follows from each. */
import { ERROR_TRAITS, type ModelError, type ModelErrorCode } from '../../errors';
import type { Clock } from '../../platform/types';
import { backoffMs, retryDelayMs } from '../flow/retry';

/** After this many bad answers in a row, without a new byte on any connection, the failure is the file's. */
const MOST_BAD_ANSWERS = 4;
const FIRST_SILENCE_MS = 10_000;
const LONGEST_SILENCE_MS = 30_000;

/**
 * Failures that concern only one answer: another connection may get a better one. The traits of such a
 * failure apply only once it has become the failure of the file.
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
  /** No further attempt would help. */
  | { kind: 'end' }
  /** The connection isn't replaced for `delayMs`. */
  | { kind: 'wait'; delayMs: number };

export interface FailureContext {
  /** When the failed connection began. */
  begunAt: Moment;
  /** The number of connections still under way, each of which may bring bytes. */
  others: number;
}

export interface Setbacks {
  now(): Moment;
  /** Failures in a row, without one new byte. */
  readonly inARow: number;
  /** Whether no connection may be opened: after a failure, until the delay is over or others bring bytes. */
  isWaiting(): boolean;
  /** The failure that caused the current wait, and the remaining time; returned once for each wait. */
  takeNews(): { error: ModelError; delayMs: number } | undefined;
  /** How long a connection may bring no bytes; the more failures in a row, the longer. */
  silenceMs(): number;
  /** Tells that a connection got a good answer: from now on a refusal concerns one answer only. */
  answered(): void;
  /**
   * Tells how many bytes have landed. If there were never so many, the file makes progress despite any failures; bytes
   * that land again after a restart are no progress.
   */
  landed(sizeBytes: number): void;
  /** Tells that a connection completed its piece: any failure was that of another connection. */
  wentWell(): void;
  failed(error: ModelError, context: FailureContext): Consequence;
  /** Ends the transfer with a failure that no further attempt would overcome. The first one counts. */
  end(error: Error): void;
  /** @throws the failure that ended the transfer, if one did */
  throwIfEnded(): void;
  close(): void;
}

export interface SetbackStart {
  /** The bytes that had landed before. */
  landedBytes: number;
  /** Called when connections may be opened again. */
  onWaited: () => void;
}

export function createSetbacks({ clock, random }: SetbackTools, start: SetbackStart): Setbacks {
  const { onWaited } = start;
  let mostBytes = start.landedBytes;
  let fatal: Error | undefined;
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
    landed(sizeBytes) {
      if (sizeBytes <= mostBytes) return;
      mostBytes = sizeBytes;
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
      // Several connections that break at the same time count as one failure.
      if (begunAt !== moment && isOfConnection(error)) {
        return { kind: 'wait', delayMs: lastDelayMs };
      }
      moment += 1;
      // Waiting for another network is no failure.
      if (error.code !== 'NET_METERED') failures += 1;
      const isLast = others === 0 || !isOfConnection(error);
      const delayMs = delayAfter(error) ?? (isLast ? undefined : backoffMs(failures, random()));
      if (delayMs === undefined) {
        fatal ??= error;
        return { kind: 'end' };
      }
      lastDelayMs = delayMs;
      wait(error, delayMs);
      return { kind: 'wait', delayMs };
    },
    end(error) {
      fatal ??= error;
    },
    throwIfEnded() {
      if (fatal !== undefined) throw fatal;
    },
    close: stopWaiting,
  };
}

/** Whether the failure ends a transfer that has had no good answer: the hub's decision, or a failed safety check. */
function isDecided({ code }: ModelError): boolean {
  return ERROR_TRAITS[code].retry === 'never' || code === 'NET_TLS' || code === 'REDIRECT_UNSAFE';
}

function isOfConnection({ code }: ModelError): boolean {
  return BAD_ANSWERS.has(code) || ERROR_TRAITS[code].retry === 'auto';
}

/** Whether a server or a person asked for the wait; other connections' success doesn't end such a wait. */
function isOrder({ code }: ModelError): boolean {
  return code === 'HTTP_RATE_LIMITED' || code === 'NET_METERED';
}
