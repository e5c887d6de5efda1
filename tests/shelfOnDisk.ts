/** A disk of this machine, the local hub and one model, for tests of shelves. */
import { readdir, readFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

import { createShelf, type Shelf } from '../lib/ai/createShelf';
import { TRANSFER_SIZES } from '../lib/download/journal/sizes';
import { createNodePlatform } from '../lib/platform/node/nodePlatform';
import { wholeOf } from './hub/content';
import type { ShelfWorld } from './shelfMemory';
import { SIZE, WEIGHTS, pinned, startTrustHub } from './trust/served';

export async function createShelfOnDisk(): Promise<ShelfWorld> {
  const hub = await startTrustHub();
  const folder = await mkdtemp(join(tmpdir(), 'modelshelf-shelf-'));
  const shelves: Shelf[] = [];
  let taken = 0;
  return {
    model: pinned(hub),
    weights: wholeOf(WEIGHTS),
    async open(models) {
      const platform = createNodePlatform({
        ...{ modelsFolder: folder, runtime: 'llama.cpp', hubEndpoint: hub.endpoint },
        ...{ catalogText: undefined, token: undefined },
      });
      const shelf = await createShelf({ platform, models });
      shelves.push(shelf);
      return shelf;
    },
    stalledBytes: SIZE / 2 + (SIZE - TRANSFER_SIZES.smallestPieceBytes),
    stall() {
      hub.faults.push({ origin: 'cdn', fault: { stallAfter: SIZE / 2 } });
    },
    takeRequests() {
      const entries = hub.log.slice(taken);
      taken = hub.log.length;
      return entries.flatMap(({ origin, headers, path }) => {
        if (path.startsWith('/api/')) return [-1];
        const [, first = '0'] = /bytes=(\d+)-/.exec(headers['range'] ?? '') ?? [];
        return origin === 'cdn' ? [Number(first)] : [];
      });
    },
    async disk() {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile());
      const places = files.map((entry) => join(entry.parentPath, entry.name));
      const pairs = places.map(async (place) => [relative(folder, place), await readFile(place)]);
      return Object.fromEntries(await Promise.all(pairs)) as Record<string, Uint8Array>;
    },
    readPath: (path) => readFile(path),
    async damage(relativePath) {
      const bytes = await readFile(join(folder, relativePath));
      bytes[SIZE / 2] = ~(bytes[SIZE / 2] ?? 0);
      await writeFile(join(folder, relativePath), bytes);
    },
    async dispose() {
      for (const shelf of shelves) await shelf.close();
      await hub.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
