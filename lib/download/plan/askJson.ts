/** One request to the hub's API, whose answer is JSON of a known form. */
import * as v from 'valibot';

import { ModelError } from '../../errors';
import type { ServiceToken, StoredRange } from '../../platform/types';
import { askText, type AskTools } from '../answers/askText';
import { failureOf } from '../answers/readAnswer';
import { parseJson } from './plan';

const MAX_API_BYTES = 8 * 1024 * 1024;

export interface JsonQuestion<T> {
  url: string;
  schema: v.GenericSchema<unknown, T>;
  /** A JSON body makes it a POST. */
  json?: unknown;
  /** As `TextRequest.token`. */
  token?: ServiceToken;
  /** As `TextRequest.about`. */
  about?: StoredRange;
}

export interface JsonAnswer<T> {
  value: T;
  /** Header names in lower case. */
  headers: Readonly<Record<string, string>>;
}

/** @throws ModelError NET_*, HTTP_*; NOT_A_MODEL for an answer of another form */
export async function askJson<T>(
  tools: AskTools,
  { url, schema, ...more }: JsonQuestion<T>,
  signal: AbortSignal,
): Promise<JsonAnswer<T>> {
  const request = {
    url,
    maxBytes: MAX_API_BYTES,
    ...more,
  };
  const { status, text, headers } = await askText(tools, request, signal);
  const isRange = more.about !== undefined && status === 206;
  if (status !== 200 && !isRange) throw failureOf({ status, url, header: (name) => headers[name] });
  const parsed = v.safeParse(schema, parseJson(text));
  if (parsed.success) return { value: parsed.output, headers };
  const contentType = headers['content-type'] ?? '';
  throw new ModelError('NOT_A_MODEL', { host: new URL(url).host, contentType });
}
