/** A tab, or a terminal, in front of the hub: its sign-in is in memory, its network is real, and a test moves the time. */
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';

import { createAccess, type Access } from '../lib/ai/access/access';
import { createMemoryPlatform, createMemoryWorld } from '../lib/platform/memory/memoryPlatform';
import { createNodePlatform } from '../lib/platform/node/nodePlatform';
import type { Platform, SignInPage } from '../lib/platform/types';
import { commitFor } from './hub/repos';
import { startHub, type Hub } from './hub/server';
import { createSceneClock, type SceneClock } from './trust/sceneClock';

const CLIENT = 'shelf';
export const REDIRECT = 'modelshelf://oauth';
export const HOUR_MS = 3_600_000;

export let hub: Hub;
export let clock: SceneClock;
export let world: ReturnType<typeof createMemoryWorld>;
const opened: Platform[] = [];
const running: Access[] = [];

/** A person who presses one of the buttons on the hub's page. */
export function pageOf(decision: 'authorize' | 'deny'): SignInPage {
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
  page?: SignInPage;
  clientId?: string | undefined;
}

/** A tab in memory whose network leads to the hub. */
export async function open({ page = pageOf('authorize'), clientId = CLIENT }: Options = {}) {
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
      page,
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

export const failing = (why: string): unknown =>
  expect.objectContaining({
    code: 'SIGN_IN_FAILED',
    details: { host: new URL(hub.endpoint).host, why },
  });

/** Moves time on until `work` has settled: whoever waits for the hub is let be. */
export async function passing<T>(work: Promise<T>): Promise<T> {
  const end = { isReached: false };
  const done = work.finally(() => {
    end.isReached = true;
  });
  done.catch(() => undefined);
  while (!end.isReached) await clock.turn(() => false);
  return done;
}

export const codeOf = (access: Access) =>
  new Promise<string>((resolve) => {
    const stop = access.subscribe(() => {
      const { state } = access.getSnapshot();
      if (state.kind !== 'signing-in' || state.way !== 'device' || !state.userCode) return;
      stop();
      resolve(state.userCode);
    });
  });

/** The platform of a terminal: without a page. */
export async function openTerminal() {
  const { platform, held } = await open();
  const { page: _, ...signIn } = platform.signIn;
  const access = createAccess({ ...platform, signIn });
  running.push(access);
  await access.start();
  return { access, held, state: () => access.getSnapshot().state };
}

/** Call it outside of any test: a hub for all tests of the file, and a new world for each. */
export function useAccessScene(): void {
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
}
