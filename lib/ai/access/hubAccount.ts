/** The hub's answers about sign-in: where it happens, tokens, and whose a token is. No token is in any error. */
import * as v from 'valibot';

import { askText, type AskTools } from '../../download/answers/askText';
import { failureOf } from '../../download/answers/readAnswer';
import { parseJson } from '../../download/plan/plan';
import { ModelError, type SignInLack } from '../../errors';
import { urlOf } from '../../platform/addresses/hubEndpoint';
import type { TextAnswer } from '../../platform/types';

const MAX_BYTES = 256 * 1024;

export interface HubAccountTools extends AskTools {
  hubEndpoint: string;
}

/** All on the hub's own origin. */
export interface SignInEndpoints {
  authorize: string;
  token: string;
  /** Undefined where the hub offers no sign-in by a device code. */
  device: string | undefined;
  /** Undefined where the hub offers no way to revoke a token. */
  revoke: string | undefined;
}

const address = v.pipe(v.string(), v.maxLength(2_000), v.url());
const configurationSchema = v.object({
  authorization_endpoint: address,
  token_endpoint: address,
  device_authorization_endpoint: v.optional(address),
  revocation_endpoint: v.optional(address),
});

/** @throws ModelError NET_*, HTTP_*; SIGN_IN_FAILED for endpoints on another origin */
export async function findEndpoints(
  tools: HubAccountTools,
  signal: AbortSignal,
): Promise<SignInEndpoints> {
  const url = `${tools.hubEndpoint}/.well-known/openid-configuration`;
  const answer = await askText(tools, { url, maxBytes: MAX_BYTES, token: null }, signal);
  if (answer.status !== 200) throw statusFailure(answer, url);
  const parsed = v.safeParse(configurationSchema, parseJson(answer.text));
  if (!parsed.success) throw signInFailure(tools, 'unexpected');
  const { output } = parsed;
  const endpoints = {
    authorize: output.authorization_endpoint,
    token: output.token_endpoint,
    device: output.device_authorization_endpoint,
    revoke: output.revocation_endpoint,
  };
  // Whoever could name another origin here would get codes and refresh tokens.
  const isElsewhere = Object.values(endpoints).some(
    (endpoint) => endpoint !== undefined && !isAtHub(tools, endpoint),
  );
  if (isElsewhere) throw signInFailure(tools, 'unexpected');
  return endpoints;
}

export function isAtHub(
  { hubEndpoint }: Pick<HubAccountTools, 'hubEndpoint'>,
  at: string,
): boolean {
  return urlOf(at)?.origin === urlOf(hubEndpoint)?.origin;
}

export interface IssuedToken {
  token: string;
  refreshToken: string | undefined;
  expiresAtMs: number | undefined;
}

const tokenText = v.pipe(v.string(), v.maxLength(8 * 1024), v.regex(/^[\x21-\x7e]+$/));
const seconds = v.pipe(v.number(), v.minValue(0), v.maxValue(10 * 365 * 86_400));
const tokenSchema = v.object({
  access_token: tokenText,
  refresh_token: v.optional(tokenText),
  expires_in: v.optional(seconds),
});
const errorSchema = v.object({ error: v.pipe(v.string(), v.maxLength(100)) });

/** A token, or the error's name as OAuth defines it. @throws ModelError NET_*, HTTP_*, SIGN_IN_FAILED */
export async function askForToken(
  tools: HubAccountTools,
  { url, form }: { url: string; form: Readonly<Record<string, string>> },
  signal: AbortSignal,
): Promise<IssuedToken | { error: string }> {
  const answer = await askText(tools, { url, form, maxBytes: MAX_BYTES, token: null }, signal);
  const json = parseJson(answer.text);
  if (answer.status === 200) {
    const parsed = v.safeParse(tokenSchema, json);
    if (!parsed.success) throw signInFailure(tools, 'unexpected');
    const { access_token: token, refresh_token: refreshToken, expires_in: lasts } = parsed.output;
    const expiresAtMs = lasts === undefined ? undefined : tools.clock.nowMs() + lasts * 1000;
    return { token, refreshToken, expiresAtMs };
  }
  const refused = v.safeParse(errorSchema, json);
  if (refused.success && answer.status < 500) return { error: refused.output.error };
  throw statusFailure(answer, url);
}

const lacks: Readonly<Record<string, SignInLack>> = {
  access_denied: 'denied',
  expired_token: 'expired',
  invalid_grant: 'expired',
  invalid_client: 'client',
  unauthorized_client: 'client',
};

/** What an error of the token endpoint means for the person. */
export function refusedToken(tools: HubAccountTools, error: string): ModelError {
  return signInFailure(
    tools,
    Object.hasOwn(lacks, error) ? (lacks[error] ?? 'unexpected') : 'unexpected',
  );
}

const accountSchema = v.object({ name: v.pipe(v.string(), v.minLength(1), v.maxLength(200)) });

/**
 * The name of the account that a token belongs to, or undefined for a token that the hub doesn't accept.
 * @throws ModelError NET_*, HTTP_*, SIGN_IN_FAILED
 */
export async function whoIs(
  tools: HubAccountTools,
  token: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const url = `${tools.hubEndpoint}/api/whoami-v2`;
  const answer = await askText(tools, { url, token, maxBytes: MAX_BYTES }, signal);
  if (answer.status === 401) return undefined;
  if (answer.status !== 200) throw statusFailure(answer, url);
  const parsed = v.safeParse(accountSchema, parseJson(answer.text));
  if (!parsed.success) throw signInFailure(tools, 'unexpected');
  return parsed.output.name;
}

/** Best effort: a person who signs out is signed out here in any case. */
export async function revoke(
  tools: HubAccountTools,
  { token, clientId }: { token: string; clientId: string },
  signal: AbortSignal,
): Promise<void> {
  const { revoke: url } = await findEndpoints(tools, signal);
  if (url === undefined) return;
  const form = { token, client_id: clientId };
  await askText(tools, { url, form, maxBytes: MAX_BYTES, token: null }, signal);
}

export function signInFailure(
  { hubEndpoint }: Pick<HubAccountTools, 'hubEndpoint'>,
  why: SignInLack,
) {
  return new ModelError('SIGN_IN_FAILED', { host: urlOf(hubEndpoint)?.host ?? '', why });
}

function statusFailure({ status, headers }: TextAnswer, url: string): ModelError {
  return failureOf({ status, url, header: (name) => headers[name] });
}
