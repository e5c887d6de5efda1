/** A sign-in by each way on a host: what is kept, shown, thrown and sent has no token in it. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { createAccess, type Access } from '../lib/ai/access/access';
import { createShelf, type Shelf } from '../lib/ai/createShelf';
import type { LlmModelConfig } from '../lib/ai/modelConfig';
import type { Platform } from '../lib/platform/types';
import { rejectionOf } from './conformance/expectFailure';
import { noiseContent } from './hub/content';
import { commitFor, type HubRepo } from './hub/repos';
import { startHub, type Hub } from './hub/server';
import { MODEL } from './modelFixture';

export interface SignInHost {
  name: string;
  open(options: { folder: string; hubEndpoint: string; oauthClientId: string }): Promise<Platform>;
  /** Where everything is that may hold no token. */
  place(folder: string): string;
  /** What the host keeps where secrets belong. */
  secrets(): readonly string[];
}

const CLIENT = 'shelf';
export const REDIRECT = 'modelshelf://oauth';
/** How every secret of these tests, and of the hub, begins; and what makes a signed address work. */
const SECRETS = /hf_canary|Signature=|Key-Pair-Id|Policy=/i;
const MINE = 'hf_canary_of_mine';
const WEIGHTS = noiseContent('given out', 200_000);
const repo = (name: string): HubRepo => ({
  ...{ name, commit: commitFor(name) },
  files: { 'tiny.gguf': { lfs: true, content: WEIGHTS } },
});
const CLOSED: HubRepo = { ...repo('owner/closed'), gated: 'manual' };
const OPEN = repo('owner/open');

let hub: Hub;
let folder: string;
const closing: (() => Promise<void>)[] = [];

const WAYS: Readonly<Record<string, (access: Access) => Promise<void>>> = {
  'with a token of the person’s own': (access) => access.signInWithToken(MINE, true),
  async 'by OAuth'(access) {
    const [way] = access.getSnapshot().ways;
    if (way !== 'device') {
      await access.signIn({ way: 'browser', isLasting: true });
      return;
    }
    access.subscribe(() => {
      const { state } = access.getSnapshot();
      if (state.kind === 'signing-in' && state.way === 'device' && state.userCode !== undefined) {
        hub.signIns.approveDevice(state.userCode);
      }
    });
    await access.signIn({ way: 'device', isLasting: true });
  },
};

interface App {
  platform: Platform;
  access: Access;
  shelf: Shelf;
  /** Whatever a person or another part of the app was told. */
  told: string[];
}

async function openApp(host: SignInHost): Promise<App> {
  const made = await host.open({ folder, hubEndpoint: hub.endpoint, oauthClientId: CLIENT });
  // The hub asks to wait for five seconds between two questions for a code; here nobody waits.
  const platform: Platform = {
    ...made,
    clock: {
      ...made.clock,
      after: (delayMs, call) => made.clock.after(delayMs === 5_000 ? 5 : delayMs, call),
    },
  };
  const access = createAccess(platform);
  const told: string[] = [];
  access.subscribe(() => told.push(JSON.stringify(access.getSnapshot())));
  platform.peers.subscribe((message) => told.push(JSON.stringify(message)));
  await access.start();
  const models = [configOf('closed', CLOSED), configOf('open', OPEN)];
  const shelf = await createShelf({ platform, models });
  shelf.subscribe(() => told.push(JSON.stringify(shelf.getSnapshot())));
  closing.push(async () => {
    access.close();
    await shelf.close();
  });
  return { platform, access, shelf, told };
}

function configOf(modelId: string, { name, commit }: HubRepo): LlmModelConfig {
  const url = `${hub.endpoint}/${name}/resolve/${commit}/tiny.gguf`;
  const about = { modelId, displayName: modelId, folderName: modelId, huggingFaceUrl: url };
  const sha256 = WEIGHTS.digest('sha256');
  return {
    ...{ ...MODEL, ...about },
    ggufSource: { kind: 'remote', url, sizeBytes: WEIGHTS.sizeBytes, sha256 },
  };
}

/** All bytes below a folder, and every row of the database. */
async function everythingKept({ platform }: App, place: string): Promise<string> {
  const entries = await readdir(place, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const texts = files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'latin1'));
  const tables = await platform.database.all({
    sql: "SELECT name FROM sqlite_master WHERE type = 'table'",
  });
  const rows = tables.map(({ name }) =>
    platform.database.all({ sql: 'SELECT * FROM '.concat(String(name)) }),
  );
  return `${(await Promise.all(texts)).join('\n')}\n${JSON.stringify(await Promise.all(rows))}`;
}

function everythingIn(error: unknown): string {
  if (!(error instanceof Error)) return JSON.stringify(error);
  return `${String(error.stack)} ${JSON.stringify(error)} ${error.cause === undefined ? '' : everythingIn(error.cause)}`;
}

/** Registers the tests for one host. */
export function describeSignedIn(host: SignInHost): void {
  beforeAll(async () => {
    hub = await startHub({
      repos: [CLOSED, OPEN],
      tokens: { [MINE]: [CLOSED.name] },
      oauth: { clients: { [CLIENT]: [REDIRECT] } },
    });
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'modelshelf-trust-sign-in-'));
  });
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
    hub.reset();
    await rm(folder, { recursive: true });
  });
  afterAll(async () => {
    await hub.close();
  });

  describe.each(Object.keys(WAYS))(`S5, S6: on ${host.name}, signed in %s`, (way) => {
    it('a model that its owner gives out arrives, and the token is nowhere but where it belongs', async () => {
      const app = await openApp(host);
      const { access, shelf, told } = app;
      const refused = await rejectionOf(shelf.ensure('closed'));
      expect(refused).toMatchObject({ code: 'HTTP_GATED', details: { status: 401 } });
      await WAYS[way]?.(access);
      expect(access.getSnapshot().state).toMatchObject({ kind: 'signed-in', name: 'reader' });
      hub.signIns.grant(CLOSED.name);
      await shelf.ensure('closed');
      const atHub = hub.log.filter(({ path }) => path.startsWith(`/${CLOSED.name}/`));
      expect(atHub.some(({ headers }) => 'authorization' in headers)).toBe(true);
      const elsewhere = hub.log.filter(({ origin }) => origin === 'cdn');
      expect(elsewhere.length).toBeGreaterThan(0);
      expect(elsewhere.filter(({ headers }) => 'authorization' in headers)).toEqual([]);
      expect(hub.signIns.leaks).toEqual([]);
      expect(told.join('\n')).toContain('reader');
      expect(`${told.join('\n')} ${everythingIn(refused)}`).not.toMatch(SECRETS);
      const kept = await everythingKept(app, host.place(folder));
      expect(kept).toContain('closed');
      expect(kept).not.toMatch(SECRETS);
      await access.signOut();
      expect(await everythingKept(app, folder)).not.toMatch(SECRETS);
      expect(host.secrets()).toEqual([]);
    });

    // https://github.com/huggingface/sentence-transformers/issues/3436
    it('keeps nobody from a public model when the hub no longer accepts it', async () => {
      const { access, shelf, told, platform } = await openApp(host);
      await WAYS[way]?.(access);
      const message = 'Invalid credentials in Authorization header';
      hub.faults.push({
        match: ({ request }) => 'authorization' in request.headers,
        fault: { status: 401, body: 'json', headers: { 'x-error-message': message } },
      });
      await shelf.ensure('open');
      await access.settled();
      expect(access.getSnapshot().state).toMatchObject(
        way === 'by OAuth' ? { kind: 'signed-in' } : { kind: 'signed-out', reason: 'refused' },
      );
      expect(told.join('\n')).not.toMatch(SECRETS);
      const kept = await platform.signIn.read();
      expect(kept).toBeDefined();
    });

    // https://github.com/osaurus-ai/osaurus/pull/1960, https://github.com/unslothai/unsloth/pull/7382
    it('sends it to no other origin that the hub redirects to, and goes on from there', async () => {
      const { access, shelf } = await openApp(host);
      await WAYS[way]?.(access);
      const there = `${hub.cdnOrigin}/somewhere/tiny.gguf`;
      hub.faults.push({
        match: new RegExp(`^/${OPEN.name}/resolve`),
        times: 1,
        fault: { status: 307, location: there },
      });
      await shelf.ensure('open').catch(() => undefined);
      expect(hub.log.some(({ path }) => path === '/somewhere/tiny.gguf')).toBe(true);
      expect(
        hub.log.filter(({ origin, headers }) => origin === 'cdn' && 'authorization' in headers),
      ).toEqual([]);
      expect(hub.signIns.leaks).toEqual([]);
    });
  });
}
