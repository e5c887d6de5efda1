/** Runs in a browser: the ways to bring a file into its storage, and what the page feels of each. */
import { createSHA256 } from 'hash-wasm';
import { createModelManager } from '../../../lib/ai/modelManager';
import type { LlmModelConfig } from '../../../lib/ai/modelConfig';
import { migrate } from '../../../lib/db/migrations';
import { createModelSettings } from '../../../lib/db/modelSettings';
import { createWebPlatform } from '../../../lib/platform/web/createWebPlatform';
import type { RunningHash } from '../../../lib/platform/web/hash/runningHash';
import { loadSimdSha256 } from '../../../lib/platform/web/hash/simdSha256';
import type { Hash, PageAnswer, PageCost, PageTask, Way } from './cost';
import { watchPage } from './watchPage';

const FILE_NAME = 'plain.bin';

/** The time is that of the transfer; what an app sets up at its start is ready before. */
async function measure({ way, model }: Omit<PageTask, 'answerUrl'>): Promise<PageCost> {
  const { pteSource, ggufSource } = model;
  const source = ggufSource.kind === 'remote' ? ggufSource : pteSource;
  if (source.kind !== 'remote') throw new Error('The model has no address.');
  const { run, end } = await (isHash(way)
    ? hashing(source.sizeBytes ?? 0, await HASHES[way]())
    : WAYS[way](source.url, model));
  const stopWatching = watchPage();
  const startedMs = performance.now();
  await run();
  const seconds = (performance.now() - startedMs) / 1000;
  const felt = await stopWatching();
  const sizeBytes = await end();
  if (sizeBytes !== source.sizeBytes) throw new Error(`${way} stored ${String(sizeBytes)} bytes.`);
  return { seconds, ...felt };
}

interface Prepared {
  run(): Promise<unknown>;
  /** Resolves with the bytes that are stored. */
  end(): Promise<number>;
}

const WAYS: Record<Way, (url: string, model: LlmModelConfig) => Promise<Prepared>> = {
  async modelshelf(_, model) {
    const platform = await createWebPlatform();
    await migrate(platform.database);
    const settings = createModelSettings(platform.database);
    const { random } = Math;
    const manager = createModelManager({ platform, settings, models: [model], random });
    await manager.start();
    return {
      run: () => manager.ensureModelPresent(model),
      async end() {
        const state = manager.getSnapshot().states[model.modelId];
        await manager.close();
        await platform.close();
        return state?.kind === 'installed' ? storedBytes(state.files) : 0;
      },
    };
  },

  pipeTo(url) {
    const run = async () => {
      const folder = await navigator.storage.getDirectory();
      const handle = await folder.getFileHandle(FILE_NAME, { create: true });
      const { body } = await fetch(url);
      await body?.pipeTo(await handle.createWritable());
    };
    return Promise.resolve({ run, end: plainBytes });
  },

  plainWorker(url) {
    const worker = new Worker('plainWorker.js', { type: 'module' });
    const run = () =>
      new Promise<void>((resolve, reject) => {
        worker.onmessage = () => resolve();
        worker.onerror = (event) => reject(new Error(event.message));
        worker.postMessage({ url, fileName: FILE_NAME });
      });
    return Promise.resolve({ run, end: plainBytes });
  },
};

const HASHES: Record<Hash, () => Promise<RunningHash>> = {
  async simdSha256() {
    const create = await loadSimdSha256();
    if (!create) throw new Error('This browser has no WebAssembly with SIMD.');
    return create();
  },
  hashWasm: createSHA256,
};

const isHash = (way: Way | Hash): way is Hash => way in HASHES;

/** In the steps in which the app's worker reads. */
function hashing(sizeBytes: number, hash: RunningHash): Prepared {
  const piece = crypto.getRandomValues(new Uint8Array(64 * 1024));
  let position = 0;
  const run = () => {
    hash.init();
    for (; position < sizeBytes; position += piece.byteLength) hash.update(piece);
    return Promise.resolve(hash.digest('hex'));
  };
  return { run, end: () => Promise.resolve(position) };
}

function storedBytes(files: readonly { sizeBytes: number }[]): number {
  return files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

async function plainBytes(): Promise<number> {
  const folder = await navigator.storage.getDirectory();
  return (await (await folder.getFileHandle(FILE_NAME)).getFile()).size;
}

const { answerUrl, ...task } = JSON.parse(decodeURIComponent(location.hash.slice(1))) as PageTask;
const answer: PageAnswer = await measure(task).catch((error: unknown) => ({
  failure: String(error),
}));
// Whoever listens has nothing to say, and needs no leave of this page's origin.
await fetch(answerUrl, { method: 'POST', mode: 'no-cors', body: JSON.stringify(answer) });
