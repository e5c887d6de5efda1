/**
 * Reads from an answer's headers which version of a file its bytes are of, by the rules of RFC 9110
 * for strong comparison. Pure, and shared by every host's downloader.
 */
import type { FileRequest } from '../../platform/types';
import type { AnswerHead } from './answerHead';

const LONGEST_ETAG = 512;
/** A younger date is too weak: a file may change twice within the second that its date names, and clocks differ. */
const DATE_IS_STRONG_AFTER_MS = 60_000;

/**
 * The names of the version, without blanks so that they fit in records; empty where no header identifies
 * the version. An ETag or a date is compared within one host only, as another host may use equal values.
 */
export function versionsOf(head: AnswerHead): string[] {
  const { host } = new URL(head.url);
  const [linked, etag] = [strongEtag(head.linkedEtag), strongEtag(head.header('etag'))];
  const dateMs = strongDateMs(head);
  const names: string[] = [];
  // The hub derives this name from the file's bytes, so it is the same on every host.
  if (linked !== undefined) names.push(`linked=${linked}`);
  if (etag !== undefined) names.push(`etag@${host}=${etag}`);
  else if (dateMs !== undefined) names.push(`date@${host}=${String(dateMs)}`);
  return names;
}

/** Whether two answers bring the same bytes: they share at least one kind of name, and all shared kinds are equal. */
export function isSameVersion(one: readonly string[], other: readonly string[]): boolean {
  const known = new Map(one.map(keyAndValue));
  const shared = other.map(keyAndValue).filter(([key]) => known.has(key));
  return shared.length > 0 && shared.every(([key, value]) => known.get(key) === value);
}

function keyAndValue(name: string): [key: string, value: string] {
  const equals = name.indexOf('=');
  return [name.slice(0, equals), name.slice(equals + 1)];
}

/** The `If-Range` of a request: only an ETag from the same host, since an ETag of another host has no meaning there. */
export function ifRangeOf({ url, offsetBytes, versions }: FileRequest): string | undefined {
  if (offsetBytes === 0 || versions === undefined) return undefined;
  const prefix = `etag@${new URL(url).host}=`;
  return versions.find((name) => name.startsWith(prefix))?.slice(prefix.length);
}

// A weak ETag, `W/"…"`, only states that two bodies are equivalent, not that their bytes are equal.
function strongEtag(text: string | undefined): string | undefined {
  const isStrong = text !== undefined && /^"[\x21\x23-\x7e]+"$/.test(text);
  return isStrong && text.length <= LONGEST_ETAG ? text : undefined;
}

function strongDateMs(head: AnswerHead): number | undefined {
  const changedMs = Date.parse(head.header('last-modified') ?? '');
  const answeredMs = Date.parse(head.header('date') ?? '');
  return answeredMs - changedMs >= DATE_IS_STRONG_AFTER_MS ? changedMs : undefined;
}
