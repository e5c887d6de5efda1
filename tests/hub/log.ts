/** Records each request and its answer, so that a test can check that something did not happen. */
import type { HubRequest, Origin } from './reply';

export interface LogEntry {
  origin: Origin;
  method: string;
  /** The path without the query, which contains a signature on the second origin. */
  path: string;
  /** `owner/name/path` of the requested file. */
  file?: string;
  /** The request headers that tests check; absent ones are left out. */
  headers: Readonly<Record<string, string>>;
  /** 0 until the head is sent. */
  status: number;
  /** The body bytes that were passed to the network. */
  bodyBytesSent: number;
  /** `closed`: the client disconnected; `cut`: a fault ended the answer; `stalled`: nothing is sent until a release. */
  state: 'open' | 'stalled' | 'sent' | 'cut' | 'closed';
}

export interface HubLog {
  readonly entries: readonly LogEntry[];
  add(request: HubRequest): LogEntry;
  update(entry: LogEntry, change: Partial<LogEntry>): void;
  /** The first entry, past or future, that fits. It is checked whenever an entry changes. */
  until(fits: (entry: LogEntry) => boolean): Promise<LogEntry>;
  clear(): void;
}

const KEPT_HEADERS = [
  'accept',
  'accept-encoding',
  'authorization',
  'if-none-match',
  'if-range',
  'origin',
  'range',
  'user-agent',
];

export function createLog(): HubLog {
  const entries: LogEntry[] = [];
  const waiting = new Set<() => void>();
  const changed = () => {
    for (const check of [...waiting]) check();
  };
  return {
    entries,
    add(request) {
      const entry: LogEntry = {
        origin: request.origin,
        method: request.method,
        path: request.url.pathname,
        headers: keptHeaders(request),
        status: 0,
        bodyBytesSent: 0,
        state: 'open',
      };
      entries.push(entry);
      changed();
      return entry;
    },
    update(entry, change) {
      Object.assign(entry, change);
      changed();
    },
    until(fits) {
      return new Promise((resolve) => {
        const check = () => {
          const found = entries.find(fits);
          if (!found) return;
          waiting.delete(check);
          resolve(found);
        };
        waiting.add(check);
        check();
      });
    },
    clear() {
      entries.length = 0;
    },
  };
}

function keptHeaders({ headers }: HubRequest): Record<string, string> {
  const sent = KEPT_HEADERS.map((name) => [name, headers[name]] as const);
  return Object.fromEntries(sent.flatMap(([name, value]) => (value ? [[name, value]] : [])));
}
