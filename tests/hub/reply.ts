/** What one request asks and what is about to be answered: plain data, so that a fault can change it before it is sent. */
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
  /** `owner/name/path` of the repository file that the answer is about. */
  file?: string;
  /** Whether the body is that file's, so that a range of it can be asked for. */
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

/** A redirect has a body too; a client that mistook it for the file would save it. */
export function redirectReply(status: number, location: string, headers: ReplyHeaders = {}): Reply {
  return textReply(status, `Redirecting to ${location}`, { ...headers, location });
}

/** A repository path as it stands in a URL. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
