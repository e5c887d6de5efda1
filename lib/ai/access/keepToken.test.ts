import { describe, expect, it } from 'vitest';

import {
  HOUR_MS,
  clock,
  hub,
  open,
  passing,
  useAccessScene,
  world,
} from '../../../tests/accessScene';
import type { SignInRecord } from '../../platform/types';

useAccessScene();

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
    expect(world.signIn.record).toMatchObject({ token: 'hf_mine' });
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
