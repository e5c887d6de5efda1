import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { rejectionOf } from '../../../tests/conformance/expectFailure';
import type { Fault } from '../../../tests/hub/faults';
import { commitFor } from '../../../tests/hub/repos';
import type { Hub } from '../../../tests/hub/server';
import { startHub } from '../../../tests/hub/server';
import { createSceneClock, type SceneClock } from '../../../tests/trust/sceneClock';
import { createMemoryPlatform, createMemoryWorld } from '../../platform/memory/memoryPlatform';
import { createNodePlatform } from '../../platform/node/nodePlatform';
import type { Platform, SignInPage, SignInRecord } from '../../platform/types';
import { createAccess, type Access } from './access';

const CLIENT = 'shelf';
const REDIRECT = 'modelshelf://oauth';
const HOUR_MS = 3_600_000;

let hub: Hub;
let clock: SceneClock;
let world: ReturnType<typeof createMemoryWorld>;
const opened: Platform[] = [];
const running: Access[] = [];

beforeAll(async () => {
  hub = await startHub({
    repos: [{ name: 'owner/open', commit: commitFor('open'), files: {} }],
    tokens: { hf_mine: [] },
    oauth: { clients: { [CLIENT]: [REDIRECT] } },
    nowMs: () => clock.nowMs(),
  });
});
beforeEach(() => {
  clock = createSceneClock();
  world = createMemoryWorld();
});
afterEach(async () => {
  for (const access of running.splice(0)) access.close();
  for (const platform of opened.splice(0)) await platform.close();
  expect(hub.signIns.leaks).toEqual([]);
  hub.reset();
});
afterAll(() => hub.close());

/** A person who presses one of the buttons on the hub's page. */
function pageOf(decision: 'authorize' | 'deny'): SignInPage {
  return {
    redirectUri: REDIRECT,
    async open(address) {
      const url = new URL(await address);
      const body = new URLSearchParams([...url.searchParams, ['decision', decision]]);
      const response = await fetch(url, { method: 'POST', body, redirect: 'manual' });
      return response.headers.get('location') ?? '';
    },
  };
}

interface Options {
  page?: SignInPage | undefined;
  clientId?: string | undefined;
}

/** A tab in memory whose network leads to the hub. */
async function open({ page = pageOf('authorize'), clientId = CLIENT }: Options = {}) {
  const held: { token: string | undefined; onRefused: () => void } = {
    token: undefined,
    onRefused: () => undefined,
  };
  const network = createNodePlatform({
    ...{ modelsFolder: '/nowhere', hubEndpoint: hub.endpoint, catalogText: undefined },
    token: () => held.token,
  });
  const memory = createMemoryPlatform({ world, hubEndpoint: hub.endpoint, clock });
  const { page: _, ...signIn } = memory.signIn;
  const platform: Platform = {
    ...memory,
    environment: { ...memory.environment, oauthClientId: clientId },
    downloader: network.downloader,
    signIn: {
      ...signIn,
      ...(page && { page }),
      use(token, onRefused) {
        Object.assign(held, { token, onRefused });
      },
    },
  };
  opened.push(network);
  const access = createAccess(platform);
  running.push(access);
  await access.start();
  return { access, platform, held, state: () => access.getSnapshot().state };
}

const failing = (why: string) =>
  expect.objectContaining({
    code: 'SIGN_IN_FAILED',
    details: { host: new URL(hub.endpoint).host, why },
  });

/** Moves time on until `work` has settled: whoever waits for the hub is let be. */
async function passing<T>(work: Promise<T>): Promise<T> {
  const end = { isReached: false };
  const done = work.finally(() => (end.isReached = true));
  done.catch(() => undefined);
  while (!end.isReached) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.tick(false);
  }
  return done;
}

const codeOf = (access: Access) =>
  new Promise<string>((resolve) => {
    const stop = access.subscribe(() => {
      const { state } = access.getSnapshot();
      if (state.kind !== 'signing-in' || state.way !== 'device' || !state.userCode) return;
      stop();
      resolve(state.userCode);
    });
  });

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

/** The platform of a terminal: without a page. */
async function openTerminal() {
  const { platform, held } = await open();
  const { page: _, ...signIn } = platform.signIn;
  const access = createAccess({ ...platform, signIn });
  running.push(access);
  await access.start();
  return { access, held, state: () => access.getSnapshot().state };
}

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

const kept = (change: Partial<SignInRecord> = {}): SignInRecord => ({
  ...{ hubEndpoint: hub.endpoint, way: 'browser', token: 'hf_mine', refreshToken: undefined },
  ...{ expiresAtMs: undefined, name: 'me', isLasting: true },
  ...change,
});

describe('what was kept', () => {
  it('is used at the next start without a request', async () => {
    world.signIn.record = kept();
    const { held, state } = await open();
    expect(state()).toMatchObject({ kind: 'signed-in', name: 'me' });
    expect(held.token).toBe('hf_mine');
    expect(hub.log).toEqual([]);
  });

  it('for another hub is neither sent to this one nor removed', async () => {
    world.signIn.record = kept({ hubEndpoint: 'https://huggingface.co' });
    const { held, state } = await open();
    expect(state()).toEqual({ kind: 'signed-out', reason: undefined });
    expect(held.token).toBeUndefined();
    expect(world.signIn.record).toBeDefined();
  });

  it('is left out where it can’t be read, with the reason', async () => {
    world.signIn.failure = new Error('locked');
    const { access } = await open();
    expect(access.getSnapshot()).toMatchObject({
      state: { kind: 'signed-out' },
      failure: { code: 'INTERNAL' },
    });
  });
});

describe('a token that ends', () => {
  it('is renewed five minutes before, and again', async () => {
    const { access, held, state } = await open();
    await access.signIn({ way: 'browser', isLasting: true });
    for (let round = 0; round < 2; round += 1) {
      const before = held.token;
      clock.advance(8 * HOUR_MS - 5 * 60_000 - 1);
      await access.settled();
      expect(held.token).toBe(before);
      clock.advance(1);
      await access.settled();
      expect(held.token).not.toBe(before);
      expect(state()).toMatchObject({
        kind: 'signed-in',
        expiresAtMs: clock.nowMs() + 8 * HOUR_MS,
      });
      expect(world.signIn.record?.token).toBe(held.token);
    }
  });

  it('is renewed at the start when it ended meanwhile, and isn’t sent until then', async () => {
    const first = await open();
    await first.access.signIn({ way: 'browser', isLasting: true });
    first.access.close();
    clock.advance(9 * HOUR_MS);
    const { access, held } = await open();
    expect(held.token).toBeUndefined();
    await access.settled();
    expect(held.token).toMatch(/^hf_canary_access/);
  });

  it('is renewed by one tab alone: its refresh token is good for once', async () => {
    const one = await open();
    await one.access.signIn({ way: 'browser', isLasting: true });
    const other = await open();
    clock.advance(8 * HOUR_MS - 5 * 60_000);
    await Promise.all([one.access.settled(), other.access.settled()]);
    await passing(Promise.resolve());
    expect(hub.log.filter(({ path }) => path === '/oauth/token')).toHaveLength(2);
    expect(other.held.token).toBe(one.held.token);
    expect(one.state()).toMatchObject({ kind: 'signed-in' });
  });

  it('leaves the person signed out, with the reason, when the hub renews it no more', async () => {
    const { access, held, state } = await open();
    await access.signIn({ way: 'browser', isLasting: true });
    hub.signIns.revokeAll();
    clock.advance(8 * HOUR_MS);
    await access.settled();
    expect(state()).toEqual({ kind: 'signed-out', reason: 'expired' });
    expect(held.token).toBeUndefined();
    expect(world.signIn.record).toBeUndefined();
  });

  it('is kept while the hub is out of reach, and renewed when it is back', async () => {
    const { access, state } = await open();
    await access.signIn({ way: 'browser', isLasting: true });
    hub.faults.push({ match: /openid/, times: 2, fault: { status: 503, body: 'html' } });
    const endMs = clock.nowMs() + 8 * HOUR_MS;
    clock.advance(8 * HOUR_MS - 5 * 60_000);
    for (let round = 0; round < 2; round += 1) {
      await access.settled();
      expect(state()).toMatchObject({ kind: 'signed-in', expiresAtMs: endMs });
      clock.advance(60_000);
    }
    await access.settled();
    expect(state()).toMatchObject({ kind: 'signed-in', expiresAtMs: clock.nowMs() + 8 * HOUR_MS });
  });

  it('does not make the hub busy where tokens are good for less than that', async () => {
    const answer = { access_token: 'hf_mine', refresh_token: 'next', expires_in: 10 };
    const fault = { status: 200, body: JSON.stringify(answer) };
    hub.faults.push({ match: /oauth\/token/, fault });
    world.signIn.record = kept({ refreshToken: 'none', expiresAtMs: clock.nowMs() + 1_000 });
    const { access } = await open();
    await access.settled();
    for (let second = 0; second < 59; second += 1) clock.advance(1_000);
    await access.settled();
    expect(hub.log.filter(({ path }) => path === '/oauth/token')).toHaveLength(1);
  });
});

describe('a token that the hub refuses', () => {
  it('is exchanged for a new one where that is possible', async () => {
    const { access, held, state } = await open();
    await access.signIn({ way: 'browser', isLasting: true });
    const before = held.token;
    hub.signIns.expireTokens();
    held.onRefused();
    await access.settled();
    expect(held.token).not.toBe(before);
    expect(state()).toMatchObject({ kind: 'signed-in' });
  });

  it('is no longer sent, but still kept: the hub may be wrong for an hour', async () => {
    world.signIn.record = kept({ way: 'token' });
    const { held, state } = await open();
    held.onRefused();
    expect(state()).toEqual({ kind: 'signed-out', reason: 'refused' });
    expect(held.token).toBeUndefined();
    expect(world.signIn.record?.token).toBe('hf_mine');
  });

  it('is found out by a check', async () => {
    world.signIn.record = kept({ way: 'token', token: 'hf_gone' });
    const { access, state } = await open();
    await access.check();
    expect(state()).toEqual({ kind: 'signed-out', reason: 'refused' });
  });
});

describe('signing out', () => {
  it('removes the token here, and revokes it where the hub can', async () => {
    const { access, held } = await open();
    await access.signIn({ way: 'browser', isLasting: true });
    await access.signOut();
    expect(held.token).toBeUndefined();
    expect(world.signIn.record).toBeUndefined();
    expect(access.getSnapshot().state).toEqual({ kind: 'signed-out', reason: undefined });
  });

  it('works without a network', async () => {
    const { access, held } = await open();
    await access.signIn({ way: 'browser', isLasting: true });
    hub.faults.push({ fault: { cutAfter: 0, status: 500 } });
    await access.signOut();
    expect(held.token).toBeUndefined();
  });
});
