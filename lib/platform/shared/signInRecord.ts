/** The text in which hosts keep a sign-in. Another program may have changed it, so it is checked when it is read. */
import * as v from 'valibot';

import type { SignInRecord } from '../types';

const MAX_TOKEN = 8 * 1024;
const text = v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_TOKEN));
/** The characters that a header can carry. */
const token = v.pipe(text, v.regex(/^[\x21-\x7e]+$/));
const moment = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const schema = v.object({
  hubEndpoint: text,
  way: v.picklist(['browser', 'device', 'token', 'settings']),
  token,
  refreshToken: v.optional(token),
  expiresAtMs: v.optional(moment),
  name: v.optional(v.pipe(text, v.maxLength(200))),
  isLasting: v.boolean(),
});

export function signInText(record: SignInRecord): string {
  return JSON.stringify(record);
}

/** Undefined for any text that isn't a kept sign-in. */
export function parseSignIn(kept: string): SignInRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(kept);
  } catch {
    // Not JSON, so not written by this app: the person signs in again.
    return undefined;
  }
  const parsed = v.safeParse(schema, value);
  if (!parsed.success) return undefined;
  const { refreshToken, expiresAtMs, name } = parsed.output;
  return { ...parsed.output, refreshToken, expiresAtMs, name };
}
