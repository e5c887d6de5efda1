/** The possible faults, as data, and the rules that choose the requests for them. */
import type { HubRequest, Origin, Reply } from './reply';

/**
 * One way to answer wrongly; the properties can be combined. Offsets are in the sent body, except
 * those of `flipBitsAt`, which are in the file. Headers that are null are left out.
 */
export interface Fault {
  /** The status of an answer that replaces the right one, with `body`. */
  status?: number;
  /**
   * `html` is a sign-in page, `json` an error, `pointer` the LFS pointer of a large file; any other value is the text
   * itself. Status 200 unless given.
   */
  body?: 'html' | 'json' | 'pointer' | (string & {});
  /** Redirects to this text; `loop` redirects to the requested address itself. Status 302 unless given. */
  location?: 'loop' | (string & {});
  headers?: Readonly<Record<string, string | string[] | null>>;

  /** Used in place of the request's Range; null ignores the Range. */
  range?: string | null;
  ignoreIfRange?: true;
  /** Added to the numbers in Content-Range. */
  shiftContentRange?: { first?: number; last?: number; total?: number };
  multipart?: true;
  gzip?: 'always' | 'if-accepted';
  /** Replaces the body by this many blanks, compressed to very few bytes. */
  bombBytes?: number;
  flipBitsAt?: readonly number[];
  /** The name, any text, of another upload to the same address: same size, other bytes and another strong ETag. */
  upload?: string;

  /** Sent in place of the whole answer, including its head; then the connection ends. */
  raw?: string;
  /** Sends nothing before the first byte of the head, until the answer is released. */
  holdHead?: true;
  /** Sends the head letter by letter, ten per second, and never completes it. */
  dripHead?: true;
  /** Stops sending after this many bytes of the body, until the answer is released. */
  stallAfter?: number;
  /** Stops sending each time after this many bytes of the body, until the answer is released. */
  stallEvery?: number;
  /** Drops the connection after this many bytes of the body. */
  cutAfter?: number;
  /** As `cutAfter`, but with a reset, which may also destroy bytes that are still on their way. */
  resetAfter?: number;
  /** Ends the body early as if it were complete; with a Content-Length, the connection closes early. */
  finAfter?: number;
  /** Sends the body in chunks; after this many bytes, one chunk has no size. */
  brokenChunkAfter?: number;
  /** Sends the body without a length and without chunks: it ends when the connection does. */
  closeDelimited?: true;
  /** Sends more bytes after the body, without end. */
  endless?: true;
  bytesPerSecond?: number;
}

/** Whether a fault applies to any answer, to the body of a file or a text, or only to answers with a file's bytes. */
const SCOPE: Readonly<Record<keyof Fault, 'answer' | 'body' | 'file'>> = {
  status: 'answer',
  body: 'answer',
  location: 'answer',
  headers: 'answer',
  holdHead: 'answer',
  raw: 'answer',
  dripHead: 'answer',
  bombBytes: 'answer',
  range: 'file',
  ignoreIfRange: 'file',
  shiftContentRange: 'file',
  multipart: 'file',
  gzip: 'file',
  flipBitsAt: 'file',
  upload: 'file',
  stallAfter: 'body',
  stallEvery: 'body',
  cutAfter: 'body',
  resetAfter: 'body',
  finAfter: 'body',
  brokenChunkAfter: 'body',
  closeDelimited: 'body',
  endless: 'file',
  bytesPerSecond: 'body',
};

export const FAULT_NAMES: ReadonlySet<string> = new Set(Object.keys(SCOPE));

/** The properties by which a rule can select requests. */
export interface FaultTarget {
  request: HubRequest;
  /** `owner/name/path`, also on the second origin, whose addresses don't contain it. */
  file: string | undefined;
  /** The number of other answers with a file's bytes that are being sent now. */
  openBodies: number;
}

export interface FaultRule {
  /** Tested on the URL's path and on the file's name. All requests match when it is missing. */
  match?: RegExp | ((target: FaultTarget) => boolean);
  origin?: Origin;
  method?: string;
  /** Selects only requests for a range that contains this byte of the file. */
  covers?: number;
  /** The number of matching requests that are first answered without the fault; 0 unless given. */
  skip?: number;
  /** The number of matching requests that get the fault; all unless given. */
  times?: number;
  /** The kind of body that the fault applies to, if it applies to a body: a file's unless given. */
  bytesOf?: 'file' | 'text';
  fault: Fault;
}

export interface FaultRules {
  push(...rules: readonly FaultRule[]): void;
  clear(): void;
  /** The fault of the first rule that matches this request. The request counts towards that rule's `times`. */
  take(target: FaultTarget, reply: Reply): Fault;
}

interface Counted {
  rule: FaultRule;
  skip: number;
  times: number;
}

export function createFaultRules(): FaultRules {
  let counted: Counted[] = [];
  return {
    push(...rules) {
      for (const rule of rules) {
        counted.push({ rule, skip: rule.skip ?? 0, times: rule.times ?? Infinity });
      }
    },
    clear() {
      counted = [];
    },
    take(target, reply) {
      for (const state of counted) {
        if (state.times === 0 || !wants(state.rule, target, reply)) continue;
        if (state.skip > 0) {
          state.skip -= 1;
          continue;
        }
        state.times -= 1;
        return state.rule.fault;
      }
      return {};
    },
  };
}

function wants(rule: FaultRule, target: FaultTarget, reply: Reply): boolean {
  const { match, origin, method, covers } = rule;
  const { request, file } = target;
  if (covers !== undefined && !isAbout(covers, request)) return false;
  if (origin !== undefined && origin !== request.origin) return false;
  if (method === undefined ? request.method === 'OPTIONS' : method !== request.method) return false;
  if (!canHappen(rule, request, reply)) return false;
  if (typeof match === 'function') return match(target);
  return match === undefined || match.test(request.url.pathname) || match.test(file ?? '');
}

function isAbout(byte: number, { headers }: HubRequest): boolean {
  const [, first = '0', last = ''] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? [];
  return Number(first) <= byte && (last === '' || byte <= Number(last));
}

// A redirect or an answer to HEAD has no bytes of the file, so it doesn't count for a rule about such bytes.
function canHappen({ fault, bytesOf = 'file' }: FaultRule, request: HubRequest, reply: Reply) {
  const scopes = new Set((Object.keys(fault) as (keyof Fault)[]).map((name) => SCOPE[name]));
  const bringsFile = reply.carriesFile === true && request.method === 'GET';
  if (bytesOf === 'text') return !bringsFile && !scopes.has('file');
  return bringsFile || (!scopes.has('body') && !scopes.has('file'));
}
