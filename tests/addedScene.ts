/** Shelves over one disk and one database, as tabs and starts of an app, and a model that a person could add. */
import { createShelf, type Shelf, type ShelfOptions } from '../lib/ai/createShelf';
import { migrate } from '../lib/db/migrations';
import type { LlmModelConfig } from '../lib/ai/modelConfig';
import { withBuilds } from '../lib/ai/runtimes/notation';
import { createManualClock } from '../lib/platform/memory/manualClock';
import { createMemoryPlatform, createMemoryWorld } from '../lib/platform/memory/memoryPlatform';
import type { SqlDatabase, SqlStatement } from '../lib/platform/types';
import { COMMIT, ENDPOINT, MODEL, noise, sha256 } from './modelFixture';

export const ADDED_WEIGHTS = noise(3_000, 'added');
export const ADDED_URL = `${ENDPOINT}/you/own/resolve/${COMMIT}/own-Q4_K_M.gguf`;
export const LICENSE_URL = `${ENDPOINT}/you/own/resolve/${COMMIT}/LICENSE`;

/** As a search of the hub describes it. */
export const ADDED: LlmModelConfig = withBuilds(
  {
    ...{ modelId: 'own-q4', displayName: 'Own Q4_K_M', description: 'From you/own.', size: '1M' },
    ...{ folderName: 'own-q4', available: true, license: 'mit' },
    huggingFaceUrl: `${ENDPOINT}/you/own`,
    licenseText: { url: LICENSE_URL },
    provenance: {
      ...{ repository: 'you/own', commit: COMMIT, publisher: 'You' },
      ...{ publishedAt: '2026-01-02T03:04:05.000Z', licenseSha256: 'a'.repeat(64) },
    },
  },
  [
    {
      ...{ runtime: 'llama.cpp', quantization: 'Q4_K_M', contextTokens: 2048 },
      files: [
        {
          ...{ role: 'weights', fileName: 'own-Q4_K_M.gguf' },
          source: {
            ...{ kind: 'remote', url: ADDED_URL, sizeBytes: ADDED_WEIGHTS.byteLength },
            sha256: sha256(ADDED_WEIGHTS),
          },
        },
      ],
    },
  ],
);

/** The same model at another commit. */
export function atCommit(commit: string): LlmModelConfig {
  const moved = JSON.parse(JSON.stringify(ADDED).replaceAll(COMMIT, commit)) as LlmModelConfig;
  return moved;
}

/** Forgets what was added. */
export const EMPTYING: readonly SqlStatement[] = [
  { sql: 'DELETE FROM added_model' },
  { sql: 'DELETE FROM model_mark' },
];

export type AddedScene = Awaited<ReturnType<typeof createAddedScene>>;

/** `kept` is emptied first: making a database takes longer than all the rest. */
export async function createAddedScene(kept: SqlDatabase) {
  const world = createMemoryWorld();
  world.web.files.set(ADDED_URL, ADDED_WEIGHTS);
  await migrate(kept);
  await kept.batch([
    ...EMPTYING,
    { sql: 'DELETE FROM accepted_license' },
    { sql: 'DELETE FROM downloaded_model' },
    { sql: 'DELETE FROM setting' },
  ]);
  /** It outlives each start. */
  const database: SqlDatabase = { ...kept, close: () => Promise.resolve() };
  const clock = createManualClock();
  const shelves: Shelf[] = [];
  return {
    ...{ world, database, clock },
    /** A start of the app, or another tab. */
    async open(options: Partial<ShelfOptions> = {}): Promise<Shelf> {
      const platform = createMemoryPlatform({ world, database, clock, hubEndpoint: ENDPOINT });
      const shelf = await createShelf({ platform, models: [MODEL], random: () => 0, ...options });
      shelves.push(shelf);
      return shelf;
    },
    /** Changes the database behind the shelves. */
    run: (sql: string, params: (string | number | null)[] = []) =>
      database.batch([{ sql, params }]),
    rows: () => database.all({ sql: 'SELECT * FROM added_model ORDER BY model_id' }),
    async dispose() {
      for (const shelf of shelves) await shelf.close();
    },
  };
}

export const idsOf = (shelf: Shelf) =>
  shelf.registry.getModels().map(({ modelId, isUnlisted }) => modelId + (isUnlisted ? '?' : ''));

export const kindOf = (shelf: Shelf, modelId: string) => shelf.getSnapshot().states[modelId]?.kind;

/** Lets every pending step of the adapters in memory run. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}
