/** The sign-in to the hub in words for people: as whom, until when, and why it failed. */
import type { AccessState } from '../../ai/access/access';
import type { Gate } from '../../ai/access/gates';
import type { SignInLack } from '../../errors';
import { printable } from './words';

type Wording = readonly [title: string, detail: string];

/** By the name of the hub's host, which is printable already. */
export const SIGN_IN_LACK_WORDS: Readonly<Record<SignInLack, (host: string) => Wording>> = {
  denied: (host) => [
    'Not signed in',
    `${host} was told not to let this app in. Nothing has changed.`,
  ],
  expired: (host) => [
    'The sign-in took too long',
    `The code of ${host} is no longer valid. Sign in again.`,
  ],
  refused: (host) => [
    'The token is not accepted',
    `${host} does not know this token, or it has expired or was revoked. Make a new one there.`,
  ],
  unreadable: () => [
    'This is not a token',
    'It has a blank, a line end or another character that no token has. Copy it again, and nothing else.',
  ],
  client: (host) => [
    'This app is not known there',
    `${host} does not know this app under the id that is configured for it. A token of your own still works.`,
  ],
  blocked: () => [
    'No window was opened',
    'The browser keeps this page from opening the sign-in. Allow pop-up windows for it, and sign in again.',
  ],
  unsafe: () => [
    'This browser is too old for a sign-in',
    'It would pass the sign-in on to other servers that a download leads to. Update the browser.',
  ],
  unexpected: (host) => [
    'An unexpected answer',
    `${host} answered a sign-in in a way that this app does not understand. Nothing has changed.`,
  ],
};

/** A model that the hub keeps from this account, or from anybody without one. */
export function deniedWords(host: string, status: number): Wording {
  return status === 403
    ? [
        'Access denied',
        `${host} does not let this account, or anybody, have this model (403). Its page may say why.`,
      ]
    : [
        'A sign-in is needed',
        `${host} wants a sign-in for this model, or does not accept the one that it got (${status}).`,
      ];
}

/** A model that its owner gives out one account at a time. */
export function gatedWords(status: number): Wording {
  return status === 403
    ? [
        'Its owner has not given access yet',
        'The sign-in is fine. Open the model’s page, accept its terms there, and wait until access is given.',
      ]
    : [
        'Its licence has to be accepted',
        'Sign in, then open the model’s page and accept its terms there.',
      ];
}

function timeOf(timeMs: number): string {
  return new Date(timeMs).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}

const WAYS = {
  browser: '',
  device: ' with a code',
  token: ' with a token of your own',
  settings: ' with the token of the settings',
} as const;

export function describeAccess(state: Extract<AccessState, { kind: 'signed-in' }>): string {
  const { name, way, expiresAtMs, isRenewed, isLasting } = state;
  const who = name === undefined ? 'Signed in' : `Signed in as ${printable(name)}`;
  const renewal = isRenewed ? ', and is renewed by itself before' : '';
  const end = expiresAtMs === undefined ? '' : ` It lasts until ${timeOf(expiresAtMs)}${renewal}.`;
  const kept = isLasting ? '' : ' It ends when this tab is closed.';
  return `${who}${WAYS[way]}.${end}${kept}`;
}

/** While the hub, or the person on its page, hasn’t answered. */
export function signingInText(way: 'browser' | 'device' | 'token'): string {
  return way === 'token'
    ? 'The hub is asked about the token.'
    : 'Signing in. Go on in the window that was opened, or cancel.';
}

/** What it protects against and what not, for a browser. */
export const KEEPING_HINT =
  'Otherwise until this tab is closed. It is kept encrypted, with a key that can’t be copied from this browser: another computer can’t use a copy. Whoever uses this browser profile can, and so can a program that runs in this page.';

interface SignedOut {
  ways: readonly string[];
  reason: 'expired' | 'refused' | undefined;
  host: string;
}

export function signedOutText({ ways, reason, host }: SignedOut): string {
  if (ways.length === 0) return SIGN_IN_LACK_WORDS.unsafe(host)[1];
  const why = {
    expired: 'The sign-in has expired. ',
    refused: 'The hub no longer accepts the sign-in. ',
    none: '',
  }[reason ?? 'none'];
  const how = ways.includes('browser')
    ? ''
    : ' Signing in on its page is not set up in this app; a token of your own works.';
  return `${why}Some models are given out by their owners one account at a time. Sign in at ${host} to download those.${how}`;
}

const MOST_SHOWN = 300;

/** What a repository's owner asks for; undefined where access needs nothing. */
export function describeGate({ kind, fields, prompt }: Gate): string | undefined {
  if (kind === 'none') return undefined;
  const decision =
    kind === 'auto'
      ? 'Access is given at once when it is asked for on the model’s page.'
      : 'Its owner decides about each request, which may take days.';
  const asked =
    fields.length === 0 ? '' : ` The owner asks for: ${fields.map(printable).join(', ')}.`;
  const said = prompt === undefined ? '' : printable(prompt);
  const quoted = said.length > MOST_SHOWN ? `${said.slice(0, MOST_SHOWN)}…` : said;
  return `${decision}${asked}${quoted === '' ? '' : ` “${quoted}”`}`;
}
