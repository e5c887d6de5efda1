/** The local hub as a test commands it from anywhere, a browser included: over HTTP. */
import type { Fault, FaultRule } from '../hub/faults';
import type { LogEntry } from '../hub/log';

/** What can be ordered in another process: a rule without code in it. */
export interface FaultOrder extends Pick<
  FaultRule,
  'origin' | 'covers' | 'skip' | 'times' | 'bytesOf'
> {
  /** The source of a regular expression; tested on the URL's path and on the file's name. */
  match?: string;
  fault: Fault;
}

export interface HubControl {
  order(order: FaultOrder): Promise<void>;
  /** Calls off what was ordered and empties the log. */
  forget(): Promise<void>;
  /** Bytes of files that were sent since it last forgot. */
  bodyBytesSent(): Promise<number>;
  /** Resolves once a request is being held, or so many. */
  untilHeld(requests?: number): Promise<void>;
  /** What a client asks the hub to learn the size of the large file. */
  questionAboutLarge(): { url: string; json: unknown };
  /** The address of a token for the service that has the large file's chunks. */
  keyToChunks(): string;
}

export interface HubAddress {
  endpoint: string;
  /** `owner/name`, revision and path of the large file. */
  large: { repo: string; revision: string; path: string };
}

export function createHubControl({ endpoint, large }: HubAddress): HubControl {
  // As plain text: anything else would need a preflight in a browser.
  const post = async (command: string, body = '') => {
    const answer = await fetch(`${endpoint}/__hub/${command}`, { method: 'POST', body });
    if (!answer.ok) throw new Error(await answer.text());
  };
  const log = async () => {
    const answer = await fetch(`${endpoint}/__hub/log`);
    return (await answer.json()) as LogEntry[];
  };

  return {
    order: (order) => post('faults', JSON.stringify(order)),
    forget: () => post('reset'),
    async bodyBytesSent() {
      const files = (await log()).filter(({ file, status }) => file !== undefined && status < 300);
      return files.reduce((total, { bodyBytesSent }) => total + bodyBytesSent, 0);
    },
    async untilHeld(requests = 1) {
      // The log has no way to wait over HTTP; each look is an answer of the hub, not a guess at a time.
      const held = async () => (await log()).filter(({ state }) => state === 'stalled').length;
      while ((await held()) < requests);
    },
    keyToChunks: () => `${endpoint}/api/models/${large.repo}/xet-read-token/${large.revision}`,
    questionAboutLarge: () => ({
      url: `${endpoint}/api/models/${large.repo}/paths-info/${large.revision}`,
      json: { paths: [large.path] },
    }),
  };
}
