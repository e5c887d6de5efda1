/** Why a person could not be signed in to the hub, in words for people. */
import type { SignInLack } from '../../errors';

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
