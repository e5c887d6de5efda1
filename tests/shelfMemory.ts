/** A disk, a network and one model in memory, for tests of shelves. */
import { createShelf, type Shelf } from '../lib/ai/createShelf';
import type { LlmModelConfig } from '../lib/ai/modelConfig';
import { createInMemoryDatabase } from '../lib/platform/shared/inMemoryDatabase';
import { systemClock } from '../lib/platform/shared/systemClock';
import { createMemoryPlatform, createMemoryWorld } from '../lib/platform/memory/memoryPlatform';
import { script } from '../lib/platform/memory/memoryWeb';
import { ENDPOINT, GGUF_URL, MODEL, WEIGHTS } from './modelFixture';

export interface ShelfWorld {
  model: LlmModelConfig;
  weights: Uint8Array;
  /** A new start of the app over the same disk; closed by `dispose`. */
  open(models: readonly LlmModelConfig[]): Promise<Shelf>;
  /** The next answer stops in the middle of the file, until it is aborted. */
  stall(): void;
  /** The bytes that have arrived then: of a second connection, too. */
  stalledBytes: number;
  /** All requests since the last call, as the first byte that was asked for; -1 for a request for facts. */
  takeRequests(): number[];
  /** Paths and contents of everything on the disk. */
  disk(): Promise<Record<string, Uint8Array>>;
  /** The file at an absolute path. */
  readPath(path: string): Promise<Uint8Array>;
  /** Changes one byte of an installed file. */
  damage(relativePath: string): Promise<void>;
  dispose(): Promise<void>;
}

export function createShelfInMemory(): Promise<ShelfWorld> {
  const world = createMemoryWorld();
  const { disk, web } = world;
  web.files.set(GGUF_URL, WEIGHTS);
  const shelves: Shelf[] = [];
  let facts = 0;
  web.answerText = () => {
    facts += 1;
    return { status: 404, text: '', headers: {} };
  };
  return Promise.resolve({
    model: MODEL,
    weights: WEIGHTS,
    async open(models) {
      const database = await createInMemoryDatabase();
      const clock = systemClock;
      const platform = createMemoryPlatform({ world, hubEndpoint: ENDPOINT, database, clock });
      const shelf = await createShelf({ platform, models, random: () => 0 });
      shelves.push(shelf);
      return shelf;
    },
    stalledBytes: WEIGHTS.byteLength / 2,
    stall() {
      const afterBytes = WEIGHTS.byteLength / 2;
      script(web, GGUF_URL, { kind: 'hold', afterBytes, until: new Promise(() => undefined) });
    },
    takeRequests() {
      const offsets = web.log.splice(0).map(({ offsetBytes }) => offsetBytes);
      const requests = [...offsets, ...Array<number>(facts).fill(-1)];
      facts = 0;
      return requests;
    },
    disk: () => Promise.resolve(Object.fromEntries(disk.files)),
    readPath: (path) =>
      Promise.resolve(disk.files.get(path.replace('/memory/', '')) ?? new Uint8Array()),
    damage(relativePath) {
      const bytes = Uint8Array.from(disk.files.get(relativePath) ?? []);
      bytes[1_000] = ~(bytes[1_000] ?? 0);
      disk.files.set(relativePath, bytes);
      return Promise.resolve();
    },
    async dispose() {
      for (const shelf of shelves) await shelf.close();
    },
  });
}
