/** Signing in on another device: a code that the person types in there, and polling until they have (RFC 8628). */
import * as v from 'valibot';

import { askText } from '../../download/answers/askText';
import { failureOf } from '../../download/answers/readAnswer';
import { wait } from '../../download/flow/abortable';
import { parseJson } from '../../download/plan/plan';
import { ERROR_TRAITS, isModelError } from '../../errors';
import {
  askForToken,
  isAtHub,
  refusedToken,
  signInFailure,
  type HubAccountTools,
  type IssuedToken,
} from './hubAccount';
import { SCOPES } from './pkce';

const GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const MAX_BYTES = 64 * 1024;
/** RFC 8628 has it where the hub states none. */
const DEFAULT_INTERVAL_SECONDS = 5;
const SLOWER_MS = 5_000;
const LONGEST_INTERVAL_MS = 60_000;

export interface DeviceCode {
  /** For the person to type in. */
  userCode: string;
  /** Where to type it in: an address of the hub. */
  page: string;
  expiresAtMs: number;
  deviceCode: string;
  intervalMs: number;
}

const seconds = v.pipe(v.number(), v.minValue(0), v.maxValue(86_400));
const schema = v.object({
  device_code: v.pipe(v.string(), v.minLength(1), v.maxLength(2_000)),
  user_code: v.pipe(v.string(), v.regex(/^[A-Za-z0-9-]{4,20}$/)),
  verification_uri: v.pipe(v.string(), v.maxLength(2_000)),
  expires_in: seconds,
  interval: v.optional(seconds),
});

export interface DeviceRequest {
  url: string;
  clientId: string;
}

/** @throws ModelError NET_*, HTTP_*, SIGN_IN_FAILED */
export async function beginDevice(
  tools: HubAccountTools,
  { url, clientId }: DeviceRequest,
  signal: AbortSignal,
): Promise<DeviceCode> {
  const form = { client_id: clientId, scope: SCOPES };
  const answer = await askText(tools, { url, form, maxBytes: MAX_BYTES, token: null }, signal);
  const { status, headers, text } = answer;
  if (status === 400 || status === 401) throw signInFailure(tools, 'client');
  if (status !== 200) throw failureOf({ status, url, header: (name) => headers[name] });
  const parsed = v.safeParse(schema, parseJson(text));
  // The person is sent to this address, so it has to be the hub's.
  if (!parsed.success || !isAtHub(tools, parsed.output.verification_uri)) {
    throw signInFailure(tools, 'unexpected');
  }
  const { output } = parsed;
  return {
    userCode: output.user_code,
    page: output.verification_uri,
    expiresAtMs: tools.clock.nowMs() + output.expires_in * 1000,
    deviceCode: output.device_code,
    intervalMs: Math.max(1, output.interval ?? DEFAULT_INTERVAL_SECONDS) * 1000,
  };
}

/**
 * Resolves when the person has typed in the code. A failure of the network only delays the next question.
 * @throws ModelError SIGN_IN_FAILED when the person said no, or the code has expired; AbortError
 */
export async function awaitDevice(
  tools: HubAccountTools,
  { code, url, clientId }: { code: DeviceCode } & DeviceRequest,
  signal: AbortSignal,
): Promise<IssuedToken> {
  const { clock } = tools;
  const form = { grant_type: GRANT, client_id: clientId, device_code: code.deviceCode };
  let { intervalMs } = code;
  const slower = () => {
    intervalMs = Math.min(LONGEST_INTERVAL_MS, intervalMs + SLOWER_MS);
  };
  while (clock.nowMs() < code.expiresAtMs) {
    await wait(clock, intervalMs, signal);
    const answer = await askForToken(tools, { url, form }, signal).catch((error: unknown) => {
      if (!isModelError(error) || ERROR_TRAITS[error.code].retry !== 'auto') throw error;
      return { error: 'slow_down' };
    });
    if (!('error' in answer)) return answer;
    if (answer.error === 'slow_down') slower();
    else if (answer.error !== 'authorization_pending') throw refusedToken(tools, answer.error);
  }
  throw signInFailure(tools, 'expired');
}
