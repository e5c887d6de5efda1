/** The sign-in to the hub in words for people: as whom, until when, and why it failed. */
import type { AccessState } from '../../ai/access/access';
import type { Gate } from '../../ai/access/gates';
import type { SignInLack } from '../../errors';
import { t } from './language';
import { formatDate, joinList, joinSentences, printable } from './words';

type Wording = readonly [title: string, detail: string];

/** `host` is the name of the hub's host, which is printable already. */
export function signInLackWords(lack: SignInLack, host: string): Wording {
  switch (lack) {
    case 'denied':
      return [
        t('Not signed in'),
        t('{host} was told not to let this app in. Nothing has changed.', { host }),
      ];
    case 'expired':
      return [
        t('The sign-in took too long'),
        t('The code of {host} is no longer valid. Sign in again.', { host }),
      ];
    case 'refused':
      return [
        t('The token is not accepted'),
        t(
          '{host} does not know this token, or it has expired or was revoked. Make a new one there.',
          { host },
        ),
      ];
    case 'unreadable':
      return [
        t('This is not a token'),
        t(
          'It has a blank, a line end or another character that no token has. Copy it again, and nothing else.',
        ),
      ];
    case 'client':
      return [
        t('This app is not known there'),
        t(
          '{host} does not know this app under the id that is configured for it. A token of your own still works.',
          { host },
        ),
      ];
    case 'blocked':
      return [
        t('No window was opened'),
        t(
          'The browser keeps this page from opening the sign-in. Allow pop-up windows for it, and sign in again.',
        ),
      ];
    case 'unsafe':
      return [t('This browser is too old for a sign-in'), unsafeText()];
    case 'unexpected':
      return [
        t('An unexpected answer'),
        t(
          '{host} answered a sign-in in a way that this app does not understand. Nothing has changed.',
          { host },
        ),
      ];
  }
}

const unsafeText = () =>
  t('It would pass the sign-in on to other servers that a download leads to. Update the browser.');

/** A model that the hub keeps from this account, or from anybody without one. */
export function deniedWords(host: string, status: number): Wording {
  const values = { host, status: String(status) };
  return status === 403
    ? [
        t('Access denied'),
        t(
          '{host} does not let this account, or anybody, have this model ({status}). Its page may say why.',
          values,
        ),
      ]
    : [
        t('A sign-in is needed'),
        t(
          '{host} wants a sign-in for this model, or does not accept the one that it got ({status}).',
          values,
        ),
      ];
}

/** A model that its owner gives out one account at a time. */
export function gatedWords(status: number): Wording {
  return status === 403
    ? [
        t('Its owner has not given access yet'),
        t(
          'The sign-in is fine. Open the model’s page, accept its terms there, and wait until access is given.',
        ),
      ]
    : [
        t('Its licence has to be accepted'),
        t('Sign in, then open the model’s page and accept its terms there.'),
      ];
}

type SignedIn = Extract<AccessState, { kind: 'signed-in' }>;

export function describeAccess(state: SignedIn): string {
  const { expiresAtMs, isRenewed, isLasting } = state;
  const sentences = [whoText(state)];
  if (expiresAtMs !== undefined) {
    const time = formatDate(expiresAtMs);
    sentences.push(
      isRenewed
        ? t('It lasts until {time}, and is renewed automatically before.', { time })
        : t('It lasts until {time}.', { time }),
    );
  }
  if (!isLasting) sentences.push(t('It ends when this tab is closed.'));
  return joinSentences(sentences);
}

function whoText({ name, way }: SignedIn): string {
  if (name === undefined) return anonymousText(way);
  const values = { name: printable(name) };
  switch (way) {
    case 'browser':
      return t('Signed in as {name}.', values);
    case 'device':
      return t('Signed in as {name} with a code.', values);
    case 'token':
      return t('Signed in as {name} with a token of your own.', values);
    case 'settings':
      return t('Signed in as {name} with the token of the settings.', values);
  }
}

function anonymousText(way: SignedIn['way']): string {
  switch (way) {
    case 'browser':
      return t('Signed in.');
    case 'device':
      return t('Signed in with a code.');
    case 'token':
      return t('Signed in with a token of your own.');
    case 'settings':
      return t('Signed in with the token of the settings.');
  }
}

/** While the hub, or the person on its page, hasn’t answered. */
export function signingInText(way: 'browser' | 'device' | 'token'): string {
  return way === 'token'
    ? t('The hub is asked about the token.')
    : t('Signing in. Go on in the window that was opened, or cancel.');
}

/** What it protects against and what not, for a browser. */
export const keepingHint = (): string =>
  t(
    'Otherwise until this tab is closed. It is kept encrypted, with a key that can’t be copied from this browser: another computer can’t use a copy. Whoever uses this browser profile can, and so can a program that runs in this page.',
  );

interface SignedOut {
  ways: readonly string[];
  reason: 'expired' | 'refused' | undefined;
  host: string;
}

export function signedOutText({ ways, reason, host }: SignedOut): string {
  if (ways.length === 0) return unsafeText();
  const sentences = [
    t(
      'Some models are given out by their owners one account at a time. Sign in at {host} to download those.',
      { host },
    ),
  ];
  if (reason === 'expired') sentences.unshift(t('The sign-in has expired.'));
  if (reason === 'refused') sentences.unshift(t('The hub no longer accepts the sign-in.'));
  if (!ways.includes('browser')) {
    sentences.push(
      t('Signing in on its page is not set up in this app; a token of your own works.'),
    );
  }
  return joinSentences(sentences);
}

const MOST_SHOWN = 300;

/** What a repository's owner asks for; undefined where access needs nothing. */
export function describeGate({ kind, fields, prompt }: Gate): string | undefined {
  if (kind === 'none') return undefined;
  const sentences = [
    kind === 'auto'
      ? t('Access is given at once when it is asked for on the model’s page.')
      : t('Its owner decides about each request, which may take days.'),
  ];
  if (fields.length > 0) sentences.push(askedText(fields));
  const said = prompt === undefined ? '' : printable(prompt);
  const quoted = said.length > MOST_SHOWN ? `${said.slice(0, MOST_SHOWN)}…` : said;
  if (quoted !== '') sentences.push(t('“{text}”', { text: quoted }));
  return joinSentences(sentences);
}

/** What the owner of a gated repository wants to know. */
export const askedText = (fields: readonly string[]): string =>
  t('The owner asks for: {fields}.', { fields: joinList(fields.map(printable)) });
