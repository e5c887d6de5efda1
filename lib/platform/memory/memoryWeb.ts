/** The network as an object: addresses with their bytes, and scripted events for the next requests. */
import type { ModelError } from '../../errors';
import type { TextAnswer, TextRequest } from '../types';

/** A scripted event for one request; without one, the request is answered correctly. */
export type WebEvent =
  /** The connection ends after that many bytes of the body. */
  | { kind: 'cut'; afterBytes: number }
  /** Nothing more arrives after that many bytes of the body until `until` resolves. */
  | { kind: 'hold'; afterBytes: number; until: Promise<void> }
  /** The attempt fails before an answer. */
  | { kind: 'fail'; error: ModelError }
  /** Answers with other bytes than those of the address. */
  | { kind: 'bytes'; bytes: Uint8Array }
  /** Answers 200 with the whole file, ignoring the requested range. */
  | { kind: 'ignore-range' }
  /** Exactly this answer. */
  | { kind: 'answer'; status: number; headers?: Record<string, string>; body?: Uint8Array };

export interface WebLogEntry {
  url: string;
  offsetBytes: number;
  /** One past the last requested byte; undefined for all following bytes. */
  endBytes: number | undefined;
  /** Bytes of the body that were sent. */
  sentBytes: number;
}

export interface MemoryWeb {
  /** The bytes of each address; any other address is a 404. */
  readonly files: Map<string, Uint8Array>;
  /** Scripted events by address; each request takes the first one and removes it. */
  readonly events: Map<string, WebEvent[]>;
  /** The ETag of an answer: one for each array of bytes, however often it is served. Undefined for none. */
  etagOf: (bytes: Uint8Array) => string | undefined;
  /** Answers `fetchText`; by default with a 404. `token` is what a real host would send to the hub. */
  answerText: (request: TextRequest, token?: string) => TextAnswer | Promise<TextAnswer>;
  readonly log: WebLogEntry[];
  /** Redirects: the target by address. */
  readonly redirects: Map<string, string>;
  /** The number of ranges worth fetching at once, as the host reports it. */
  maxConnections: number;
  /** The last rate limit, in bytes a second. */
  rateLimit: number | undefined;
}

export function createMemoryWeb(): MemoryWeb {
  const uploads: Uint8Array[] = [];
  return {
    files: new Map(),
    events: new Map(),
    etagOf(bytes) {
      if (!uploads.includes(bytes)) uploads.push(bytes);
      return `"upload-${String(uploads.indexOf(bytes))}"`;
    },
    answerText: () => ({ status: 404, text: '', headers: {} }),
    log: [],
    redirects: new Map(),
    maxConnections: 4,
    rateLimit: undefined,
  };
}

/** Adds `events` for the next requests to `url` that have no event yet. */
export function script(web: MemoryWeb, url: string, ...events: WebEvent[]): void {
  web.events.set(url, [...(web.events.get(url) ?? []), ...events]);
}
