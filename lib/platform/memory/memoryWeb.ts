/** The network as an object: addresses with their bytes, and what happens to the next requests. */
import type { ModelError } from '../../errors';
import type { TextAnswer, TextRequest } from '../types';

/** What befalls one request; without one it is answered as a good server would. */
export type WebEvent =
  /** The connection ends after that many bytes of the body. */
  | { kind: 'cut'; afterBytes: number }
  /** Nothing more arrives after that many bytes of the body until `until` resolves. */
  | { kind: 'hold'; afterBytes: number; until: Promise<void> }
  /** The attempt fails before an answer. */
  | { kind: 'fail'; error: ModelError }
  /** Other bytes than the address has. */
  | { kind: 'bytes'; bytes: Uint8Array }
  /** A 200 with everything, whatever range was asked for. */
  | { kind: 'ignore-range' }
  /** This answer, word for word. */
  | { kind: 'answer'; status: number; headers?: Record<string, string>; body?: Uint8Array };

export interface WebLogEntry {
  url: string;
  offsetBytes: number;
  /** One past the last byte that was asked for; undefined for all the rest. */
  endBytes: number | undefined;
  /** Bytes of the body that were sent. */
  sentBytes: number;
}

export interface MemoryWeb {
  /** What each address serves; any other address is a 404. */
  readonly files: Map<string, Uint8Array>;
  /** By address; each request takes the first and removes it. */
  readonly events: Map<string, WebEvent[]>;
  /** The ETag of what an address serves: one for each array, however often it is served. Undefined for none. */
  etagOf: (bytes: Uint8Array) => string | undefined;
  /** Answers `fetchText`; a 404 unless the test says more. */
  answerText: (request: TextRequest) => TextAnswer | Promise<TextAnswer>;
  readonly log: WebLogEntry[];
  /** Where an address leads; the others answer themselves. */
  readonly redirects: Map<string, string>;
  /** Ranges that are worth fetching at once, as the host says. */
  maxConnections: number;
  /** The cap that was last set, in bytes a second. */
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

/** Lets `event` befall the next request to `url` that has none yet. */
export function script(web: MemoryWeb, url: string, ...events: WebEvent[]): void {
  web.events.set(url, [...(web.events.get(url) ?? []), ...events]);
}
