/** The app on a phone, without its screens: started, killed and started again, in front of a hub that answers wrongly on order. */
import type { LlmModelConfig } from '../../lib/ai/modelConfig';
import { createModelManager, type ModelManager } from '../../lib/ai/modelManager';
import type { ModelState } from '../../lib/ai/modelState';
import { migrate } from '../../lib/db/migrations';
import { createModelSettings } from '../../lib/db/modelSettings';
import {
  createNativePlatform,
  type NativePlatformOptions,
} from '../../lib/platform/native/createNativePlatform';
import type { Platform } from '../../lib/platform/types';
import { bytesContent, noiseContent, type Content } from '../hub/content';
import type { FaultTarget } from '../hub/faults';
import type { LogEntry } from '../hub/log';
import { startHub, type Hub } from '../hub/server';
import { MODEL, until } from '../modelFixture';
import { endAllTransfers } from './fakes/backgroundDownloader';
import { modelFile } from './fakes/executorch';
import { forgetDatabases } from './fakes/expoSqlite';
import { phone } from './fakes/phone';

const REPO = 'me/phones';
const COMMIT = 'c'.repeat(40);
const SPOKEN = 'Hello from a phone.';

/** A model that the fake runtime can load, large enough to be seen coming, each block unlike the others. */
export const WEIGHTS = bytesContent(
  new Uint8Array(
    modelFile({
      says: SPOKEN,
      padding: Buffer.from(noiseContent('phone', 300_000).read(0, 300_000)).toString('base64'),
    }),
  ),
);
const TOKENIZER = bytesContent('{"model": {}}');
const TOKENIZER_CONFIG = bytesContent('{"eos_token": "<eos>", "chat_template": "{{ messages }}"}');

export interface PhoneScene {
  hub: Hub;
  /** Of the hub's, in their order; `models[0]` unless a test needs two. */
  models: readonly [LlmModelConfig, LlmModelConfig];
  /** Starts the app, as a tap on its icon does. */
  start(): Promise<App>;
  /** Requests for the weights' bytes, those left out by which the app looks at a few of them. */
  bodies(): LogEntry[];
  /** Of all of those. */
  sentBytes(): number;
  /** Whenever so many of them stand still. */
  untilStalled(count: number): Promise<unknown>;
  close(): Promise<void>;
}

export interface App {
  manager: ModelManager;
  platform: Platform;
  stateOf(config: LlmModelConfig): ModelState;
  /** Resolves with the first state that fits, from now on. */
  until(config: LlmModelConfig, fits: (state: ModelState) => boolean): Promise<ModelState>;
  /** The process ends in the middle of whatever it does; so does everything in its memory. */
  kill(): void;
}

export async function openPhoneScene(options: NativePlatformOptions = {}): Promise<PhoneScene> {
  const files = (weights: Content) => ({
    'model.pte': { content: weights, lfs: true },
    'tokenizer.json': { content: TOKENIZER, lfs: false },
    'tokenizer_config.json': { content: TOKENIZER_CONFIG, lfs: false },
  });
  const hub = await startHub({
    repos: [
      { name: REPO, commit: COMMIT, files: files(WEIGHTS) },
      { name: `${REPO}-other`, commit: COMMIT, files: files(WEIGHTS) },
    ],
  });
  const models = [
    configOf(hub, { modelId: 'first', repo: REPO }),
    configOf(hub, { modelId: 'second', repo: `${REPO}-other` }),
  ] as const;

  async function start(): Promise<App> {
    const environment = { hubEndpoint: hub.endpoint, catalogText: undefined };
    const platform = await createNativePlatform(phone.system, {
      ...options,
      environment,
      locks: new Map(),
    });
    await migrate(platform.database);
    const settings = createModelSettings(platform.database);
    const manager = createModelManager({ platform, settings, models, random: () => 0 });
    await manager.start();
    const stateOf = ({ modelId }: LlmModelConfig): ModelState => {
      const state = manager.getSnapshot().states[modelId];
      if (!state) throw new Error(`no state of ${modelId}`);
      return state;
    };
    return {
      manager,
      platform,
      stateOf,
      async until(config, fits) {
        await until(manager, () => fits(stateOf(config)));
        return stateOf(config);
      },
      kill: phone.killApp,
    };
  }

  const scene: PhoneScene = {
    hub,
    models,
    start,
    bodies: () =>
      hub.log.filter(
        ({ origin, file, headers }) =>
          origin === 'cdn' && file?.endsWith('.pte') === true && !isLook(headers['range']),
      ),
    sentBytes: () => scene.bodies().reduce((sum, { bodyBytesSent }) => sum + bodyBytesSent, 0),
    untilStalled: (count) =>
      hub.until(() => scene.bodies().filter(({ state }) => state === 'stalled').length >= count),
    async close() {
      phone.killApp();
      endAllTransfers();
      forgetDatabases();
      await hub.close();
    },
  };
  return scene;
}

/** For a fault that is to happen to the weights' bytes alone. */
export const ofBody = ({ file, request }: FaultTarget): boolean =>
  request.origin === 'cdn' && file?.endsWith('.pte') === true && !isLook(request.headers.range);

function isLook(range: string | undefined): boolean {
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? [];
  return last !== undefined && Number(last) - Number(first) < 1024;
}

function configOf(
  { endpoint }: Hub,
  { modelId, repo }: { modelId: string; repo: string },
): LlmModelConfig {
  const file = (path: string, content: Content) => ({
    kind: 'remote' as const,
    url: `${endpoint}/${repo}/resolve/${COMMIT}/${path}`,
    sizeBytes: content.sizeBytes,
    sha256: content.digest('sha256'),
  });
  return {
    ...MODEL,
    modelId,
    folderName: modelId,
    pteFileName: 'model.pte',
    pteSource: file('model.pte', WEIGHTS),
    tokenizerSource: file('tokenizer.json', TOKENIZER),
    tokenizerConfigSource: file('tokenizer_config.json', TOKENIZER_CONFIG),
  };
}

export const isInstalled = ({ kind }: ModelState) => kind === 'installed';
export const isMoving = (state: ModelState) =>
  state.kind === 'downloading' && state.receivedBytes > 0;
export const waitsFor =
  (reason: string) =>
  (state: ModelState): boolean =>
    state.kind === 'waiting' && state.reason === reason;

/** Begins a download that stands still after 200,000 bytes, and resolves once bytes have come. */
export async function beginAndStall({ hub, models }: PhoneScene, app: App): Promise<void> {
  const fault = { stallAfter: 200_000 };
  hub.faults.push({ match: /model\.pte/, skip: 1, times: 1, fault });
  app.manager.ensureModelPresent(models[0]).catch(() => undefined);
  await app.until(models[0], isMoving);
  await hub.until(({ state }) => state === 'stalled');
}
