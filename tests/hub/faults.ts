/** What can go wrong, as data; and which request it happens to. */
import type { HubRequest, Origin, Reply } from './reply';

/**
 * One way to answer wrongly; parts combine. Offsets are in the body that is sent, except
 * `flipBitsAt`, which are in the file. Headers that are null are left out.
 */
export interface Fault {
  /** Answered instead of what was asked for, with `body`. */
  status?: number;
  /** `html` is a sign-in page, `json` an error, `pointer` what git holds in place of a large file; else the text itself. Status 200 unless given. */
  body?: 'html' | 'json' | 'pointer' | (string & {});
  /** Redirects: `loop` comes back here; else any text. Status 302 unless given. */
  location?: 'loop' | (string & {});
  headers?: Readonly<Record<string, string | string[] | null>>;

  /** Used in place of the Range that was sent; null ignores it. */
  range?: string | null;
  ignoreIfRange?: true;
  /** Added to what Content-Range says of the range. */
  shiftContentRange?: { first?: number; last?: number; total?: number };
  multipart?: true;
  gzip?: 'always' | 'if-accepted';
  /** In place of the body: so many bytes of blanks, compressed to almost nothing. */
  bombBytes?: number;
  flipBitsAt?: readonly number[];
  /** Another upload to the same address, of the same size: other bytes, and another strong ETag. Its name is any text. */
  upload?: string;

  /** Sent in place of the answer, head and all, before the connection ends. */
  raw?: string;
  /** Silent before the first byte of the head, until it is released. */
  holdHead?: true;
  /** The head comes letter by letter, ten a second, and never to its end. */
  dripHead?: true;
  /** Silent after this many bytes of the body, until it is released. */
  stallAfter?: number;
  /** Silent after every so many bytes of the body, each time until it is released. */
  stallEvery?: number;
  /** Drops the connection after this many bytes of the body. */
  cutAfter?: number;
  /** As `cutAfter`, with a reset, which may also destroy bytes that are still on their way. */
  resetAfter?: number;
  /** Ends the body early as if it were whole; with a Content-Length the connection closes early. */
  finAfter?: number;
  /** In chunks, of which one has no size after this many bytes of the body. */
  brokenChunkAfter?: number;
  /** No length, no chunks: the body ends when the connection does. */
  closeDelimited?: true;
  /** Goes on after the body, for ever. */
  endless?: true;
  bytesPerSecond?: number;
}

/** Whether a fault can happen to any answer, to the body of a file or of a text, or only to one that brings a file's bytes. */
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

/** What a rule can tell requests apart by. */
export interface FaultTarget {
  request: HubRequest;
  /** `owner/name/path`, also on the second origin, whose addresses don't say it. */
  file: string | undefined;
  /** Answers with a file's bytes that are on their way now, this one not counted. */
  openBodies: number;
}

export interface FaultRule {
  /** Tested on the URL's path and on the file's name. All requests when it is missing. */
  match?: RegExp | ((target: FaultTarget) => boolean);
  origin?: Origin;
  method?: string;
  /** Only requests for a range with this byte of the file. */
  covers?: number;
  /** Matching requests that are let through first; 0 unless given. */
  skip?: number;
  /** Matching requests that it happens to; all unless given. */
  times?: number;
  /** Whose body it happens to, where it happens to one: a file's unless given. */
  bytesOf?: 'file' | 'text';
  fault: Fault;
}

export interface FaultRules {
  push(...rules: readonly FaultRule[]): void;
  clear(): void;
  /** The fault of the first rule that wants this request, which is then one fewer for that rule. */
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

// A redirect or a HEAD has no bytes of the file: a rule about those isn't spent on them.
function canHappen({ fault, bytesOf = 'file' }: FaultRule, request: HubRequest, reply: Reply) {
  const scopes = new Set((Object.keys(fault) as (keyof Fault)[]).map((name) => SCOPE[name]));
  const bringsFile = reply.carriesFile === true && request.method === 'GET';
  if (bytesOf === 'text') return !bringsFile && !scopes.has('file');
  return bringsFile || (!scopes.has('body') && !scopes.has('file'));
}
