import { createHash } from 'node:crypto';

import { afterEach, beforeEach, expect, it } from 'vitest';
import { GATED, REPO, startSampleHub } from './sample';
import type { Hub } from './server';

const VERIFIER = 'v'.repeat(43);
const CLIENT = 'shelf';
const REDIRECT = 'http://127.0.0.1:4321/oauth';

let hub: Hub;
let nowMs: number;

beforeEach(async () => {
  nowMs = Date.UTC(2026, 0, 1);
  const clients = { [CLIENT]: ['http://127.0.0.1/oauth', 'modelshelf://oauth'] };
  hub = await startSampleHub({ oauth: { clients }, nowMs: () => nowMs });
});
afterEach(() => hub.close());

interface Answer {
  status: number;
  json: Record<string, unknown>;
}

async function post(path: string, form: Record<string, string>): Promise<Answer> {
  const body = new URLSearchParams(form);
  const response = await fetch(hub.endpoint + path, { method: 'POST', body, redirect: 'manual' });
  return { status: response.status, json: (await response.json()) as Answer['json'] };
}

async function get(path: string, token?: string): Promise<Response> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return fetch(hub.endpoint + path, { headers, redirect: 'manual' });
}

const QUESTION = {
  client_id: CLIENT,
  redirect_uri: REDIRECT,
  response_type: 'code',
  scope: 'openid gated-repos',
  state: 'a state',
  code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
  code_challenge_method: 'S256',
};

async function press(decision: string, change: Record<string, string> = {}): Promise<Response> {
  const body = new URLSearchParams({ ...QUESTION, ...change, decision });
  return fetch(`${hub.endpoint}/oauth/authorize`, { method: 'POST', body, redirect: 'manual' });
}

async function newCode(): Promise<string> {
  const response = await press('authorize');
  const back = new URL(response.headers.get('location') ?? '');
  expect(back.searchParams.get('state')).toBe('a state');
  return back.searchParams.get('code') ?? '';
}

const exchange = (code: string, change: Record<string, string> = {}) =>
  post('/oauth/token', {
    ...{ grant_type: 'authorization_code', client_id: CLIENT, redirect_uri: REDIRECT },
    ...{ code, code_verifier: VERIFIER },
    ...change,
  });

const tokenOf = ({ json }: Answer) => String(json['access_token']);

it('shows a page with a button, and sends the person back with a code that a token is given for', async () => {
  const page = await get(`/oauth/authorize?${String(new URLSearchParams(QUESTION))}`);
  expect(await page.text()).toMatch(/<button[^>]*>Authorize/);
  const answer = await exchange(await newCode());
  expect(answer.json).toMatchObject({ token_type: 'bearer', expires_in: 28_800 });
  const me = await get('/api/whoami-v2', tokenOf(answer));
  expect(await me.json()).toMatchObject({ type: 'user', name: 'reader', auth: { type: 'oauth' } });
  const info = await get('/oauth/userinfo', tokenOf(answer));
  expect(await info.json()).toMatchObject({ preferred_username: 'reader' });
});

it('sends the person back without a code when they deny', async () => {
  const back = new URL((await press('deny')).headers.get('location') ?? '');
  expect(Object.fromEntries(back.searchParams)).toMatchObject({ error: 'access_denied' });
});

it.each([
  ['an unknown app', { client_id: 'other' }],
  ['an address that is not registered', { redirect_uri: 'http://127.0.0.1:4321/other' }],
  ['an address on another host', { redirect_uri: 'https://evil.example/oauth' }],
  ['no challenge', { code_challenge: '' }],
  ['a plain challenge', { code_challenge_method: 'plain' }],
  ['a scope that it does not have', { scope: 'openid everything' }],
])('sends nobody anywhere for %s', async (_, change) => {
  expect((await press('authorize', change)).status).toBe(400);
});

it.each([
  ['another verifier', { code_verifier: 'w'.repeat(43) }],
  ['another address', { redirect_uri: 'http://127.0.0.1:4322/oauth' }],
])('gives no token for %s', async (_, change) => {
  const { status, json } = await exchange(await newCode(), change);
  expect(status).toBe(400);
  expect(json).toMatchObject({ error: 'invalid_grant' });
});

it('takes a code once, and takes back what it gave when the code comes again', async () => {
  const code = await newCode();
  const token = tokenOf(await exchange(code));
  expect((await exchange(code)).json).toMatchObject({ error: 'invalid_grant' });
  expect((await get('/api/whoami-v2', token)).status).toBe(401);
});

it('gives a new token for a refresh token, once, also when the old one has expired', async () => {
  const first = await exchange(await newCode());
  nowMs += 8 * 3600 * 1000;
  expect((await get('/api/whoami-v2', tokenOf(first))).status).toBe(401);
  const form = {
    ...{ grant_type: 'refresh_token', client_id: CLIENT },
    refresh_token: String(first.json['refresh_token']),
  };
  const second = await post('/oauth/token', form);
  expect((await get('/api/whoami-v2', tokenOf(second))).status).toBe(200);
  expect((await post('/oauth/token', form)).json).toMatchObject({ error: 'invalid_grant' });
});

it('lets a device wait, slows it down, and gives it a token when its code was typed in', async () => {
  const { json } = await post('/oauth/device', { client_id: CLIENT, scope: 'openid' });
  expect(json).toMatchObject({ interval: 5, expires_in: 900 });
  const poll = async (waitMs: number) => {
    nowMs += waitMs;
    return post('/oauth/token', {
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      ...{ client_id: CLIENT, device_code: String(json['device_code']) },
    });
  };
  expect((await poll(5_000)).json).toMatchObject({ error: 'authorization_pending' });
  expect((await poll(4_000)).json).toMatchObject({ error: 'slow_down' });
  expect((await poll(9_000)).json).toMatchObject({ error: 'slow_down' });
  expect((await poll(15_000)).json).toMatchObject({ error: 'authorization_pending' });
  hub.signIns.approveDevice(String(json['user_code']));
  expect((await get('/api/whoami-v2', tokenOf(await poll(15_000)))).status).toBe(200);
});

it.each([
  ['access_denied', (code: string) => hub.signIns.denyDevice(code)],
  ['expired_token', () => (nowMs += 900_000)],
])('ends the waiting of a device with %s', async (error, happens) => {
  const { json } = await post('/oauth/device', { client_id: CLIENT, scope: 'openid' });
  happens(String(json['user_code']));
  const { json: answer } = await post('/oauth/token', {
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    ...{ client_id: CLIENT, device_code: String(json['device_code']) },
  });
  expect(answer).toMatchObject({ error });
});

it('opens a gated repository to a token that is already out when its owner decides so', async () => {
  const token = tokenOf(await exchange(await newCode()));
  const check = async () => (await get(`/api/models/${GATED.name}/auth-check`, token)).status;
  expect(await check()).toBe(403);
  await fetch(`${hub.endpoint}/${GATED.name}/ask-access`, { method: 'POST' });
  expect([...hub.signIns.asked]).toEqual([GATED.name]);
  expect(await check()).toBe(403);
  hub.signIns.grant(GATED.name);
  expect(await check()).toBe(200);
  hub.signIns.withdraw(GATED.name);
  expect(await check()).toBe(403);
});

it('refuses even a public file to a token that has expired', async () => {
  const token = tokenOf(await exchange(await newCode()));
  hub.signIns.expireTokens();
  const answer = await get(`/${REPO.name}/resolve/main/config.json`, token);
  expect(answer.status).toBe(401);
  expect(answer.headers.get('x-error-message')).toContain('Invalid credentials');
});

it('notices a token in an address, and at the second origin', async () => {
  const token = tokenOf(await exchange(await newCode()));
  await get(`/api/models/${REPO.name}?token=${token}`);
  await fetch(`${hub.cdnOrigin}/x`, { headers: { authorization: `Bearer ${token}` } });
  await get('/api/whoami-v2', token);
  expect(hub.signIns.leaks).toEqual([
    `hub /api/models/${REPO.name}: address`,
    'cdn /x: authorization',
  ]);
});

it('answers about sign-in with a fault, as about anything else', async () => {
  hub.faults.push({
    match: /^\/oauth\/token$/,
    method: 'POST',
    times: 1,
    fault: { status: 503, body: 'html' },
  });
  const body = new URLSearchParams({ grant_type: 'refresh_token', client_id: CLIENT });
  const response = await fetch(`${hub.endpoint}/oauth/token`, { method: 'POST', body });
  expect(response.status).toBe(503);
});
