import { describe, expect, it } from 'vitest';

import {
  HOUR_MS,
  REDIRECT,
  clock,
  codeOf,
  failing,
  hub,
  open,
  openTerminal,
  pageOf,
  passing,
  useAccessScene,
  world,
} from '../../../tests/accessScene';
import { rejectionOf } from '../../../tests/conformance/expectFailure';
import type { Fault } from '../../../tests/hub/faults';
import type { SignInPage } from '../../platform/types';
import { createAccess } from './access';

useAccessScene();

describe('on the hub’s page', () => {
  it('signs in, tells as whom and until when, and sends the token from then on', async () => {
    const { access, held, state } = await open();
    expect(state()).toEqual({ kind: 'signed-out', reason: undefined });
    await access.signIn({ way: 'browser', isLasting: false });
    expect(state()).toEqual({
      ...{ kind: 'signed-in', way: 'browser', name: 'reader', isRenewed: true, isLasting: false },
      expiresAtMs: clock.nowMs() + 8 * HOUR_MS,
    });
    expect(hub.signIns.secrets).toContain(held.token);
    expect(world.signIn.record).toBeUndefined();
  });

  it('keeps for other tabs what the person wants to last, and tells them without the token', async () => {
    const one = await open();
    const other = await open();
    const heard: unknown[] = [];
    other.platform.peers.subscribe((message) => heard.push(message));
    await one.access.signIn({ way: 'browser', isLasting: true });
    await passing(Promise.resolve());
    expect(other.state()).toMatchObject({ kind: 'signed-in', name: 'reader', isLasting: true });
    expect(other.held.token).toBe(one.held.token);
    expect(JSON.stringify(heard)).not.toContain('canary');
    await one.access.signOut();
    await passing(Promise.resolve());
    expect(other.state()).toEqual({ kind: 'signed-out', reason: undefined });
    expect(other.held.token).toBeUndefined();
  });

  it('changes nothing when the person denies', async () => {
    const { access, state } = await open({ page: pageOf('deny') });
    await access.signInWithToken('hf_mine', false);
    const before = state();
    await expect(access.signIn({ way: 'browser', isLasting: false })).rejects.toMatchObject({
      details: { why: 'denied' },
    });
    expect(state()).toEqual(before);
    expect(access.getSnapshot().failure).toMatchObject({ code: 'SIGN_IN_FAILED' });
  });

  it('takes no answer that another page has sent', async () => {
    const page: SignInPage = {
      redirectUri: REDIRECT,
      open: () => Promise.resolve(`${REDIRECT}?code=stolen&state=guessed`),
    };
    const { access } = await open({ page });
    await expect(access.signIn({ way: 'browser', isLasting: false })).rejects.toMatchObject({
      details: { why: 'unexpected' },
    });
    expect(hub.log.some(({ path }) => path === '/oauth/token')).toBe(false);
  });

  it('is left when the person cancels', async () => {
    const page: SignInPage = {
      redirectUri: REDIRECT,
      open: (_, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            reject(Object.assign(new Error(), { name: 'AbortError' }));
          });
        }),
    };
    const { access, state } = await open({ page });
    const signingIn = access.signIn({ way: 'browser', isLasting: false });
    expect(state()).toEqual({ kind: 'signing-in', way: 'browser' });
    access.cancel();
    await expect(signingIn).rejects.toMatchObject({ name: 'AbortError' });
    expect(access.getSnapshot()).toMatchObject({
      state: { kind: 'signed-out' },
      failure: undefined,
    });
  });

  it('is not offered without an id of this app', async () => {
    const platform = (await open()).platform;
    const access = createAccess({
      ...platform,
      environment: { ...platform.environment, oauthClientId: undefined },
    });
    expect(access.getSnapshot().ways).toEqual(['token']);
    await expect(access.signIn({ way: 'browser', isLasting: false })).rejects.toEqual(
      failing('client'),
    );
  });

  it('is not offered at all where a browser would pass the token on', async () => {
    const platform = (await open()).platform;
    const access = createAccess({ ...platform, signIn: { ...platform.signIn, isSafe: false } });
    expect(access.getSnapshot().ways).toEqual([]);
    await expect(access.signInWithToken('hf_mine', false)).rejects.toEqual(failing('unsafe'));
  });
});

const FAULTS: readonly (readonly [string, RegExp, Fault, object])[] = [
  ['an outage', /openid-configuration/, { status: 503, body: 'html' }, { code: 'HTTP_SERVER' }],
  ['a page in its place', /openid-configuration/, { body: 'html' }, failingWith('unexpected')],
  ['an outage', /oauth\/token/, { status: 502, body: 'html' }, { code: 'HTTP_SERVER' }],
  [
    'a token that no header can carry',
    /oauth\/token/,
    { status: 200, body: '{"access_token":"a\\r\\nb"}' },
    failingWith('unexpected'),
  ],
  [
    'too many requests',
    /whoami/,
    { status: 429, headers: { 'retry-after': '60' } },
    { code: 'HTTP_RATE_LIMITED' },
  ],
  [
    'an account without a name',
    /whoami/,
    { status: 200, body: '{"name":7}' },
    failingWith('unexpected'),
  ],
  [
    'a token that is refused at once',
    /whoami/,
    { status: 401, body: 'json' },
    failingWith('refused'),
  ],
];
function failingWith(why: string) {
  return { code: 'SIGN_IN_FAILED', details: { why } };
}

it.each(FAULTS)(
  'fails with %s at %s, signed out and without a secret in the error',
  async (_, match, fault, expected) => {
    hub.faults.push({ match, fault });
    const { access, state } = await open();
    const error = await rejectionOf(access.signIn({ way: 'browser', isLasting: true }));
    expect(error).toMatchObject(expected);
    expect(state()).toEqual({ kind: 'signed-out', reason: undefined });
    const told = `${String((error as Error).stack)} ${JSON.stringify(error)} ${JSON.stringify(access.getSnapshot())}`;
    expect(told).not.toContain('canary');
    expect(world.signIn.record).toBeUndefined();
  },
);

it.each([
  ['a sign-in page', 'authorization_endpoint'],
  ['an exchange of codes', 'token_endpoint'],
  ['a device', 'device_authorization_endpoint'],
])('does not follow the hub to another origin for %s', async (_, name) => {
  const there = {
    authorization_endpoint: `${hub.endpoint}/oauth/authorize`,
    token_endpoint: `${hub.endpoint}/oauth/token`,
  };
  const body = JSON.stringify({ ...there, [name]: `${hub.cdnOrigin}/oauth` });
  hub.faults.push({ match: /openid-configuration/, fault: { status: 200, body } });
  const { access } = await open();
  await expect(access.signIn({ way: 'browser', isLasting: false })).rejects.toMatchObject({
    details: { why: 'unexpected' },
  });
  expect(hub.log.some(({ origin }) => origin === 'cdn')).toBe(false);
});

it('sends a code to nobody to whom its request is redirected', async () => {
  hub.faults.push({
    match: /oauth\/token/,
    fault: { status: 307, location: `${hub.cdnOrigin}/oauth/token` },
  });
  const { access } = await open();
  await expect(access.signIn({ way: 'browser', isLasting: false })).rejects.toMatchObject({
    code: 'REDIRECT_UNSAFE',
  });
  expect(hub.log.some(({ origin }) => origin === 'cdn')).toBe(false);
});

describe('with a device code', () => {
  it('shows the code and the hub’s page, and signs in once it was typed in there', async () => {
    const { access, held, state } = await openTerminal();
    expect(access.getSnapshot().ways).toEqual(['device', 'token']);
    const code = codeOf(access);
    const signingIn = access.signIn({ way: 'device', isLasting: false });
    const userCode = await code;
    expect(state()).toMatchObject({
      kind: 'signing-in',
      way: 'device',
      userCode,
      page: `${hub.endpoint}/oauth/device`,
    });
    expect(JSON.stringify(state())).not.toContain('canary');
    hub.signIns.approveDevice(userCode);
    await passing(signingIn);
    expect(state()).toMatchObject({ kind: 'signed-in', way: 'device', name: 'reader' });
    expect(held.token).toMatch(/^hf_canary_access/);
  });

  it('asks more rarely when the hub asks for that, and after an outage', async () => {
    const { access } = await openTerminal();
    const pending = { status: 400, body: '{"error":"slow_down"}' };
    hub.faults.push({ match: /oauth\/token/, times: 2, fault: pending });
    hub.faults.push({ match: /oauth\/token/, times: 1, fault: { status: 503, body: 'html' } });
    const code = codeOf(access);
    const begunMs = clock.nowMs();
    const signingIn = access.signIn({ way: 'device', isLasting: false });
    const userCode = await code;
    // A fault replaces the answer alone: the hub would have given a token away with it.
    void hub
      .until(() => hub.log.filter(({ path }) => path === '/oauth/token').length === 3)
      .then(() => {
        hub.signIns.approveDevice(userCode);
      });
    await passing(signingIn);
    // 5, 10, 15 and 20 seconds.
    expect(clock.nowMs() - begunMs).toBeGreaterThanOrEqual(50_000);
    expect(clock.nowMs() - begunMs).toBeLessThan(60_000);
    expect(hub.log.filter(({ path }) => path === '/oauth/token')).toHaveLength(4);
  });

  it.each([
    ['denied', (code: string) => hub.signIns.denyDevice(code)],
    ['expired', () => undefined],
  ])('ends with %s', async (why, happens) => {
    const { access } = await openTerminal();
    const code = codeOf(access);
    const signingIn = access.signIn({ way: 'device', isLasting: false });
    happens(await code);
    await expect(passing(signingIn)).rejects.toMatchObject({ details: { why } });
  });

  it('sends the person to no other address than the hub’s', async () => {
    const body = JSON.stringify({
      device_code: 'x',
      user_code: 'ABCD-1234',
      verification_uri: 'https://evil.example/device',
      expires_in: 900,
    });
    hub.faults.push({ match: /oauth\/device/, fault: { status: 200, body } });
    const { access } = await openTerminal();
    await expect(access.signIn({ way: 'device', isLasting: false })).rejects.toEqual(
      failing('unexpected'),
    );
  });

  it('stops asking when it is cancelled', async () => {
    const { access } = await openTerminal();
    const code = codeOf(access);
    const signingIn = access.signIn({ way: 'device', isLasting: false });
    await code;
    access.cancel();
    await expect(signingIn).rejects.toMatchObject({ name: 'AbortError' });
    clock.advance(HOUR_MS);
    expect(hub.log.some(({ path }) => path === '/oauth/token')).toBe(false);
  });
});

describe('with a token of the person’s own', () => {
  it('asks the hub whose it is before it is kept', async () => {
    const { access, state } = await open();
    await access.signInWithToken('  hf_mine\n', true);
    expect(state()).toMatchObject({
      way: 'token',
      name: 'reader',
      expiresAtMs: undefined,
      isRenewed: false,
    });
    expect(world.signIn.record?.token).toBe('hf_mine');
  });

  it.each([
    ['hf_unknown', 'refused'],
    ['', 'unreadable'],
    ['hf_one hf_two', 'unreadable'],
    ['Bearer hf_mine', 'unreadable'],
    ['hf_”mine”', 'unreadable'],
    ['x'.repeat(9_000), 'unreadable'],
  ])('is not signed in by %j: %s', async (token, why) => {
    const { access, state } = await open();
    await expect(access.signInWithToken(token, true)).rejects.toEqual(failing(why));
    expect(state()).toEqual({ kind: 'signed-out', reason: undefined });
    expect(hub.log.some(({ headers }) => headers['authorization'] === 'Bearer hf_one')).toBe(false);
  });

  it('tells when it can’t be kept, and signs nobody in', async () => {
    const { access, held } = await open();
    world.signIn.failure = Object.assign(new Error('full'), { name: 'Error' });
    await expect(access.signInWithToken('hf_mine', true)).rejects.toThrow('full');
    expect(access.getSnapshot()).toMatchObject({
      state: { kind: 'signed-out' },
      failure: { code: 'INTERNAL' },
    });
    expect(held.token).toBeUndefined();
  });
});
