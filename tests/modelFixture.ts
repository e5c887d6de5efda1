/** A small model and everything around it, for tests of the core in memory. */
import { createHash } from 'node:crypto';

import type { LlmModelConfig } from '../lib/ai/modelConfig';
import type { Registry } from '../lib/ai/registry/registry';
import { createModelManager, type ModelManager } from '../lib/ai/modelManager';
import type { ManagerSnapshot, ModelState, WaitReason } from '../lib/ai/modelState';
import { formatJournal } from '../lib/download/journal/journalText';
import { draftPlan, formatPlan } from '../lib/download/plan/plan';
import { TRANSFER_SIZES, type TransferSizes } from '../lib/download/journal/sizes';
import { createBegunDownloadStore } from '../lib/db/begunDownloads';
import { migrate } from '../lib/db/migrations';
import { createModelSettings } from '../lib/db/modelSettings';
import { createInMemoryDatabase } from '../lib/platform/shared/inMemoryDatabase';
import { createManualClock } from '../lib/platform/memory/manualClock';
import {
  createMemoryPlatform,
  createMemoryWorld,
  type MemoryPlatformOptions,
  type MemoryWorld,
} from '../lib/platform/memory/memoryPlatform';

export const ENDPOINT = 'https://hub.example';
export const COMMIT = 'c'.repeat(40);

/** Bytes that never repeat, so that a wrong offset or a doubled block shows. */
export function noise(sizeBytes: number, seed: string): Uint8Array {
  const bytes = new Uint8Array(sizeBytes);
  for (let block = 0; block * 32 < sizeBytes; block += 1) {
    const digest = createHash('sha256')
      .update(`${seed}:${String(block)}`)
      .digest();
    bytes.set(digest.subarray(0, Math.min(32, sizeBytes - block * 32)), block * 32);
  }
  return bytes;
}

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
export const gitSha1 = (bytes: Uint8Array) =>
  createHash('sha1')
    .update(`blob ${String(bytes.byteLength)}\0`)
    .update(bytes)
    .digest('hex');

export const WEIGHTS = noise(200_000, 'weights');
export const GGUF_URL = `${ENDPOINT}/me/tiny/resolve/${COMMIT}/tiny.gguf`;

const unavailable = { kind: 'unavailable', reason: 'Not for this host.' } as const;

/** One file, everything about it stated by the registry. */
export const MODEL: LlmModelConfig = {
  modelId: 'tiny',
  displayName: 'Tiny',
  description: 'A model for tests.',
  size: '1M',
  quantization: 'F16',
  folderName: 'tiny',
  pteFileName: 'tiny.pte',
  tokenizerFileName: 'tokenizer.json',
  tokenizerConfigFileName: 'tokenizer_config.json',
  ggufFileName: 'tiny.gguf',
  ggufQuantization: 'F16',
  available: true,
  huggingFaceUrl: `${ENDPOINT}/me/tiny`,
  pteSource: unavailable,
  tokenizerSource: unavailable,
  tokenizerConfigSource: unavailable,
  ggufSource: {
    kind: 'remote',
    url: GGUF_URL,
    sizeBytes: WEIGHTS.byteLength,
    sha256: sha256(WEIGHTS),
  },
  license: 'MIT',
  contextTokens: { executorch: 0, llamaCpp: 2048 },
};

/** A tab with its own manager over a world that other tabs may share. */
export async function createTab(
  options: MemoryPlatformOptions & {
    models?: readonly LlmModelConfig[] | Registry;
    waitsForSpace?: boolean;
    sizes?: TransferSizes;
  } = {},
) {
  const clock = createManualClock();
  const world = options.world ?? createMemoryWorld();
  world.web.files.set(GGUF_URL, WEIGHTS);
  const database = options.database ?? (await createInMemoryDatabase());
  await migrate(database);
  const platform = createMemoryPlatform({
    hubEndpoint: ENDPOINT,
    clock,
    ...options,
    world,
    database,
  });
  const settings = createModelSettings(database);
  const models = options.models ?? [MODEL];
  const { waitsForSpace = true, sizes = TRANSFER_SIZES } = options;
  const manager = createModelManager({
    platform,
    settings,
    downloads: createBegunDownloadStore(database),
    models,
    random: () => 0,
    waitsForSpace,
    sizes,
  });
  return { manager, settings, platform, world, clock, database };
}

export type Tab = Awaited<ReturnType<typeof createTab>>;

export function stateOf(manager: ModelManager, modelId = MODEL.modelId): ModelState {
  const state = manager.getSnapshot().states[modelId];
  if (!state) throw new Error(`no state of ${modelId}`);
  return state;
}

/** Resolves with the first snapshot, from now on, that fits. */
export function until(
  manager: ModelManager,
  fits: (snapshot: ManagerSnapshot) => boolean,
): Promise<ManagerSnapshot> {
  return new Promise((resolve) => {
    const look = () => {
      const snapshot = manager.getSnapshot();
      if (!fits(snapshot)) return;
      unsubscribe();
      resolve(snapshot);
    };
    const unsubscribe = manager.subscribe(look);
    look();
  });
}

/** The same, moving time on by a tenth of a second whenever nothing else is left to do; at most five seconds. */
export async function untilTicking(
  { manager, clock }: Tab,
  fits: (state: ModelState) => boolean,
): Promise<ModelState> {
  for (let tick = 0; tick < 50; tick += 1) {
    // A macrotask lets every pending step of the in-memory adapters run first.
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    if (fits(stateOf(manager))) return stateOf(manager);
    clock.advance(100);
  }
  throw new Error(`not within five seconds; at last ${JSON.stringify(stateOf(manager))}`);
}

/** From now on, waits for another attempt are over at once. Returns the way to stop. */
export function skipWaits({ manager, clock }: Pick<Tab, 'manager' | 'clock'>): () => void {
  return manager.subscribe(() => {
    if (stateOf(manager).kind !== 'waiting') return;
    queueMicrotask(() => {
      clock.advance(5_000);
    });
  });
}

export function untilState(
  manager: ModelManager,
  kind: ModelState['kind'],
  { modelId = MODEL.modelId, reason }: { modelId?: string; reason?: WaitReason } = {},
): Promise<ModelState> {
  const fits = (state: ModelState | undefined) =>
    state?.kind === kind &&
    (reason === undefined || (state.kind === 'waiting' && state.reason === reason));
  return until(manager, ({ states }) => fits(states[modelId])).then(() =>
    stateOf(manager, modelId),
  );
}

const PART = '.staging/tiny/tiny.gguf.part';

/** What a download of the model left when it ended: these bytes, all of which count. */
export function seedPart({ disk }: MemoryWorld, bytes: Uint8Array): void {
  disk.files.set(PART, bytes);
  const written = [{ startBytes: 0, endBytes: bytes.byteLength }];
  const text = formatJournal(
    { synced: [], written, digests: [], versions: [] },
    { totalBytes: WEIGHTS.byteLength, bootId: 'boot' },
  );
  disk.files.set(`${PART}.journal`, new TextEncoder().encode(text));
  seedPlan(disk.files);
}

export function seedPlan(files: Map<string, Uint8Array>, change: { sha256?: string } = {}): void {
  const { ggufSource } = MODEL;
  if (ggufSource.kind !== 'remote') throw new Error('the fixture is remote');
  const planned = { ...MODEL, ggufSource: { ...ggufSource, ...change } };
  const text = formatPlan(draftPlan(planned, 'llama.cpp', ENDPOINT));
  files.set('.staging/tiny/plan.json', new TextEncoder().encode(text));
}
