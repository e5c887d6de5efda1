/** Counts the bytes that the hub had to send again after a kill, from its own log. */
import type { LogEntry } from '../../tests/hub/log';

/** What a kill in the middle of a transfer cost. */
export interface KillCost {
  refetchedBytes: number;
  /** Whether the hub's pace was limited when it happened. */
  isPaced: boolean;
}

export interface RefetchMeter {
  /** Takes in what was sent since the last time. */
  read(log: readonly LogEntry[]): void;
  /** A kill: what is sent again from now on is its cost. Without a byte sent since the last one there is nothing to lose. */
  kill(isPaced: boolean): void;
  /**
   * Something else than a kill may make the hub send bytes again: what the last kill cost stays
   * unknown, and what those to come cost, too, until the model is here or gone.
   */
  spoil(): void;
  /** Nothing is left of the model, and what comes next is sent for the first time. */
  gone(): void;
  /** The model is here. The costs that became known, each once. */
  finish(): KillCost[];
  /** Of the model that is on its way, without what was sent again. */
  readonly coveredBytes: number;
  /** Since the beginning, every byte as often as it was sent. */
  readonly sentBytes: number;
}

interface Span {
  first: number;
  /** One past the last byte. */
  end: number;
}

export function createRefetchMeter(): RefetchMeter {
  const known = new Map<string, Span[]>();
  const counted = new WeakMap<LogEntry, number>();
  let costs: KillCost[] = [];
  let open: KillCost | undefined;
  let isSpoiled = false;
  let [sentBytes, coveredBytes, sentSinceKill] = [0, 0, 0];

  const take = (file: string, sent: Span) => {
    const before = known.get(file) ?? [];
    const again = before.reduce((sum, span) => sum + overlap(span, sent), 0);
    known.set(file, merged([...before, sent]));
    const length = sent.end - sent.first;
    sentBytes += length;
    sentSinceKill += length;
    coveredBytes += length - again;
    if (open) open.refetchedBytes += again;
  };

  const begin = () => {
    [open, isSpoiled, sentSinceKill, coveredBytes] = [undefined, false, 0, 0];
    known.clear();
  };

  return {
    read(log) {
      for (const entry of log) {
        const { file, bodyBytesSent } = entry;
        const first = firstByte(entry);
        const before = counted.get(entry) ?? 0;
        if (file === undefined || first === undefined || bodyBytesSent === before) continue;
        counted.set(entry, bodyBytesSent);
        take(file, { first: first + before, end: first + bodyBytesSent });
      }
    },
    kill(isPaced) {
      if (isSpoiled || sentSinceKill === 0) return;
      if (open) costs.push(open);
      open = { refetchedBytes: 0, isPaced };
      sentSinceKill = 0;
    },
    spoil() {
      [open, isSpoiled] = [undefined, true];
    },
    gone: begin,
    finish() {
      const all = open ? [...costs, open] : costs;
      costs = [];
      begin();
      return all;
    },
    get coveredBytes() {
      return coveredBytes;
    },
    get sentBytes() {
      return sentBytes;
    },
  };
}

/** Where in the file an answer's body begins; undefined for one that brings none of it. */
function firstByte({ status, headers }: LogEntry): number | undefined {
  if (status === 200) return 0;
  if (status !== 206) return undefined;
  return Number(/^bytes=(\d+)-/.exec(headers['range'] ?? '')?.[1] ?? 0);
}

function overlap(one: Span, other: Span): number {
  return Math.max(0, Math.min(one.end, other.end) - Math.max(one.first, other.first));
}

function merged(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const span of [...spans].sort((one, other) => one.first - other.first)) {
    const last = result.at(-1);
    if (last && span.first <= last.end) last.end = Math.max(last.end, span.end);
    else result.push({ ...span });
  }
  return result;
}
