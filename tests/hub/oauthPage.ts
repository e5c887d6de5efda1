/** The hub's page that asks a person whether an app may sign in as them. */
import type { Desk } from './oauthDesk';
import { bytesContent } from './content';
import { textReply } from './reply';
import type { HubRequest, Reply } from './reply';
import { secretText } from './signIns';

export const SCOPES = ['openid', 'profile', 'email', 'gated-repos', 'read-repos'];

/** Why the hub shows an error in place of its page: it sends nobody to an address that isn't registered. */
function problemOf({ options }: Desk, asked: URLSearchParams): string | undefined {
  const client = options.clients[asked.get('client_id') ?? ''];
  if (!client) return 'Unknown client';
  const redirectUri = asked.get('redirect_uri') ?? '';
  if (!client.some((registered) => isRegistered(registered, redirectUri)))
    return 'Invalid redirect_uri';
  if (asked.get('response_type') !== 'code') return 'Unsupported response_type';
  if (asked.get('code_challenge_method') !== 'S256') return 'Only S256 is supported';
  if (!/^[\w-]{43}$/.test(asked.get('code_challenge') ?? '')) return 'Invalid code_challenge';
  const scopes = (asked.get('scope') ?? '').split(' ');
  return scopes.every((scope) => SCOPES.includes(scope)) ? undefined : 'Invalid scope';
}

/** Exactly the registered address; on the loopback any port. */
function isRegistered(registered: string, asked: string): boolean {
  if (registered === asked) return true;
  if (!URL.canParse(asked)) return false;
  const [one, other] = [new URL(registered), new URL(asked)];
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(one.hostname)) return false;
  one.port = other.port;
  return one.href === other.href;
}

export function authorizePage(desk: Desk, request: HubRequest): Reply {
  const asked = request.url.searchParams;
  const problem = problemOf(desk, asked);
  if (problem !== undefined) return textReply(400, problem);
  const hidden = [...asked]
    .map(
      ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`,
    )
    .join('');
  return html(`<h1>Authorize ${escaped(asked.get('client_id') ?? '')}</h1>
<p>${desk.bearers.person.fullname}, it asks for: ${escaped(asked.get('scope') ?? '')}</p>
<form method="post" action="authorize">${hidden}
<button name="decision" value="authorize">Authorize</button>
<button name="decision" value="deny">Deny</button></form>`);
}

export function decideOnPage(desk: Desk, request: HubRequest): Reply {
  const asked = new URLSearchParams(request.body);
  const problem = problemOf(desk, asked);
  if (problem !== undefined) return textReply(400, problem);
  const back = new URL(asked.get('redirect_uri') ?? '');
  const state = asked.get('state');
  if (asked.get('decision') === 'authorize') {
    const code = secretText('code');
    desk.codes.set(code, {
      clientId: asked.get('client_id') ?? '',
      redirectUri: asked.get('redirect_uri') ?? '',
      challenge: asked.get('code_challenge') ?? '',
      isUsed: false,
    });
    back.searchParams.set('code', code);
  } else {
    back.searchParams.set('error', 'access_denied');
    back.searchParams.set('error_description', 'The user denied the request');
  }
  if (state !== null) back.searchParams.set('state', state);
  return textReply(302, 'Redirecting', { location: back.href });
}

export function html(body: string): Reply {
  return {
    status: 200,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: bytesContent(`<!doctype html><title>The hub</title>${body}`),
  };
}

export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${String(character.charCodeAt(0))};`);
}
