/** One request and its planned answer: plain data, so that a fault can change the answer before it is sent. */
import { bytesContent } from './content';
import type { Content } from './content';

export type Origin = 'hub' | 'cdn';

export interface HubRequest {
  origin: Origin;
  method: string;
  url: URL;
  /** Names in lower case. */
  headers: Readonly<Record<string, string | undefined>>;
  body: string;
}

export type ReplyHeaders = Record<string, string | string[]>;

export interface Reply {
  status: number;
  /** Names in lower case. `content-length` is added when it is sent. */
  headers: ReplyHeaders;
  body?: Content;
  /** `owner/name/path` of the repository file that was requested. */
  file?: string;
  /** Whether the body is that of the file, so that ranges apply to it. */
  carriesFile?: boolean;
}

export function jsonReply(value: unknown, headers: ReplyHeaders = {}): Reply {
  return {
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: bytesContent(JSON.stringify(value)),
  };
}

export function textReply(status: number, text: string, headers: ReplyHeaders = {}): Reply {
  return {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
    body: bytesContent(text),
  };
}

/** A redirect has a body, too. A faulty client would save it as the file. */
export function redirectReply(status: number, location: string, headers: ReplyHeaders = {}): Reply {
  return textReply(status, `Redirecting to ${location}`, { ...headers, location });
}

/** A repository path, encoded for a URL. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
