import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { noiseContent } from '../../../tests/hub/content';
import { commitFor } from '../../../tests/hub/repos';
import { startHub, type Hub } from '../../../tests/hub/server';
import { MODEL } from '../../../tests/modelFixture';
import { createManualClock, type ManualClock } from '../../platform/memory/manualClock';
import { createNodePlatform } from '../../platform/node/nodePlatform';
import type { HostEvent, Platform } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import type { ManagerSnapshot, ModelState } from '../modelState';
import { createObservable } from '../observable';
import { createRegistry } from '../registry/registry';
import { createAccess, type Access } from './access';
import { followGates, type GateFollower } from './followGates';
import { askGate } from './gates';

const REPO = 'owner/closed';
const FORM = {
  extra_gated_prompt: 'Please be kind.',
  extra_gated_fields: { 'First name': 'text', Country: { type: 'country' }, ' ': 'text' },
};

let hub: Hub;
let clock: ManualClock;
let platform: Platform;
let access: Access;
let gates: GateFollower;
let tell: (event: HostEvent) => void;
let config: LlmModelConfig;
let ensured: string[];
let asking = 0;
const state = createObservable<ManagerSnapshot>({ states: {} } as ManagerSnapshot);

beforeAll(async () => {
  const weights = noiseContent('closed', 1_000);
  const files = { 'tiny.gguf': { lfs: true, content: weights } };
  const repo = {
    name: REPO,
    commit: commitFor('closed'),
    gated: 'manual' as const,
    gate: FORM,
    files,
  };
  hub = await startHub({ repos: [repo], tokens: { hf_mine: [] }, oauth: {} });
});
beforeEach(async () => {
  clock = createManualClock();
  ensured = [];
  const url = `${hub.endpoint}/${REPO}/resolve/main/tiny.gguf`;
  config = { ...MODEL, ggufSource: { kind: 'remote', url } };
  const own = createNodePlatform({ modelsFolder: '/nowhere', hubEndpoint: hub.endpoint });
  const { downloader } = own;
  platform = {
    ...own,
    downloader: {
      ...downloader,
      async fetchText(...request) {
        asking += 1;
        return downloader.fetchText(...request).finally(() => {
          asking -= 1;
        });
      },
    },
  };
  access = createAccess({ ...platform, clock });
  await access.start();
});
afterEach(async () => {
  gates.close();
  access.close();
  await platform.close();
  hub.reset();
});
afterAll(() => hub.close());

function show(next: ModelState): void {
  state.set({ ...state.get(), states: { [config.modelId]: next } });
}

const refused = (status = 403): ModelState => ({
  ...{ kind: 'failed', receivedBytes: 0, totalBytes: undefined },
  failure: { code: 'HTTP_GATED', details: { host: 'hub', status } },
});

/** A model that was refused, in an app that follows it. */
function follow(): void {
  show(refused());
  const registry = createRegistry([config]);
  gates = followGates({
    access,
    manager: {
      getSnapshot: state.get,
      subscribe: state.subscribe,
      runtimeOf: () => 'llama.cpp',
      ensureModelPresent(wanted) {
        ensured.push(wanted.modelId);
        show({ kind: 'installed' } as ModelState);
        return Promise.resolve({} as never);
      },
    },
    registry,
    platform: {
      ...platform,
      clock,
      host: {
        ...platform.host,
        subscribe(listener) {
          tell = listener;
          return () => undefined;
        },
      },
    },
  });
}

/** Access as it is when the test begins: signed in, with a token of the hub's person. */
async function signIn(): Promise<void> {
  hub.signIns.grant(REPO);
  hub.signIns.withdraw(REPO);
  await access.signInWithToken('hf_mine', true);
}

const questions = () => hub.log.filter(({ path }) => path.endsWith('/auth-check'));
/** Resolves when no request is under way, and none follows. */
async function settled(): Promise<void> {
  for (let quiet = 0; quiet < 10; quiet = asking === 0 ? quiet + 1 : 0) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Moves time on and lets the question that is due be answered. */
async function pass(delayMs: number): Promise<void> {
  clock.advance(delayMs);
  await settled();
}

describe('a model whose owner has to give access', () => {
  it('tells what the owner asks for, without a sign-in', async () => {
    follow();
    await settled();
    expect(gates.getSnapshot().get(config.modelId)).toEqual({
      ...{ kind: 'manual', fields: ['First name', 'Country'], prompt: 'Please be kind.' },
    });
    await pass(3_600_000);
    expect(questions()).toEqual([]);
  });

  it('is asked about ever more rarely, and goes on by itself once access was given', async () => {
    await signIn();
    follow();
    for (const [index, pauseMs] of [10_000, 15_000, 20_000, 30_000].entries()) {
      await pass(pauseMs - 1);
      expect(questions()).toHaveLength(index);
      await pass(1);
      expect(questions()).toHaveLength(index + 1);
    }
    expect(ensured).toEqual([]);
    grantMine();
    await pass(45_000);
    expect(ensured).toEqual([config.modelId]);
    await pass(3_600_000);
    expect(questions()).toHaveLength(5);
    expect(gates.getSnapshot().size).toBe(0);
  });

  it('is asked about at once when the person comes back, and not while the app is out of sight', async () => {
    await signIn();
    follow();
    tell('hidden');
    await pass(3_600_000);
    expect(questions()).toEqual([]);
    grantMine();
    tell('shown');
    await settled();
    expect(ensured).toEqual([config.modelId]);
    expect(questions()).toHaveLength(1);
  });

  it('is asked about once by a person who goes back and forth', async () => {
    await signIn();
    follow();
    for (let turn = 0; turn < 10; turn += 1) {
      tell('hidden');
      tell('shown');
      await pass(100);
    }
    expect(questions()).toHaveLength(1);
  });

  it('is asked about at once after a sign-in', async () => {
    follow();
    await pass(60_000);
    expect(questions()).toEqual([]);
    await signIn();
    await settled();
    expect(questions()).toHaveLength(1);
  });

  it('is left alone after two hours, and asked about again when the person comes back', async () => {
    await signIn();
    follow();
    for (const pauseMs of [10_000, 15_000, 20_000, 30_000, 45_000, 60_000]) await pass(pauseMs);
    for (let turn = 0; turn < 60; turn += 1) await pass(120_000);
    const asked = questions().length;
    expect(asked).toBe(60);
    tell('shown');
    await settled();
    expect(questions()).toHaveLength(asked + 1);
  });

  it('is asked about again after an outage', async () => {
    await signIn();
    follow();
    hub.faults.push({ match: /auth-check/, times: 1, fault: { status: 503, body: 'html' } });
    await pass(10_000);
    grantMine();
    await pass(15_000);
    expect(ensured).toEqual([config.modelId]);
  });

  it('is no longer asked about where the hub has no such question', async () => {
    await signIn();
    follow();
    hub.faults.push({ match: /auth-check/, fault: { status: 404, body: 'json' } });
    for (let turn = 0; turn < 10; turn += 1) await pass(120_000);
    expect(questions()).toHaveLength(1);
  });

  it('finds out that the token is the reason: the hub’s answer is the same', async () => {
    await signIn();
    follow();
    hub.faults.push({ match: /whoami/, fault: { status: 401, body: 'json' } });
    await pass(10_000);
    expect(access.getSnapshot().state).toEqual({ kind: 'signed-out', reason: 'refused' });
  });
});

/** The owner gives access to the account of the token. */
function grantMine(): void {
  hub.faults.push({ match: /auth-check/, fault: { status: 200, body: '{}' } });
}

it.each([
  [
    { gated: 'auto', cardData: null },
    { kind: 'auto', fields: [], prompt: undefined },
  ],
  [{ gated: false }, { kind: 'none', fields: [], prompt: undefined }],
  [
    {
      gated: 'manual',
      cardData: {
        extra_gated_fields: [{ Name: 'text' }, 'x', null, { Use: 1 }],
        extra_gated_prompt: 5,
      },
    },
    { kind: 'manual', fields: ['Name', 'Use'], prompt: undefined },
  ],
  [
    {
      gated: 'auto',
      cardData: {
        extra_gated_fields: Object.fromEntries(
          Array.from({ length: 1000 }, (_, i) => [`f${String(i)}${'x'.repeat(500)}`, 1]),
        ),
        extra_gated_prompt: 'y'.repeat(90_000),
      },
    },
    { fields: expect.objectContaining({ length: 20 }) as unknown, prompt: 'y'.repeat(2_000) },
  ],
])('reads an owner’s form however it is written: %#', async (answer, expected) => {
  follow();
  hub.faults.push({ match: /api\/models/, fault: { status: 200, body: JSON.stringify(answer) } });
  const tools = { ...platform, hubEndpoint: hub.endpoint };
  const gate = await askGate(tools, REPO, new AbortController().signal);
  expect(gate).toMatchObject(expected);
  for (const field of gate.fields) expect(field.length).toBeLessThanOrEqual(120);
});
