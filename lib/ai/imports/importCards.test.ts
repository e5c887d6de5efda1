import { describe, expect, it } from 'vitest';

import { openShelf, STATED } from '../../../tests/importFixture';
import { ModelError } from '../../errors';
import { createMemoryWorld } from '../../platform/memory/memoryPlatform';
import type { GivenFile } from '../../platform/types';
import { createImportCards, type ImportCard } from './importCards';
import type { ImportState } from './importFile';

const letGo = () => Promise.resolve();
const kinds = (cards: readonly ImportCard[]) => cards.map(({ kind }) => kind);

describe('the cards of imports', () => {
  it('show each file from waiting to its end, one after the other', async () => {
    const world = createMemoryWorld();
    world.disk.outside.set('/me/fox.gguf', STATED);
    world.disk.outside.set('/me/empty.gguf', new Uint8Array());
    const { shelf } = await openShelf({ world });
    const released: GivenFile[] = [];
    const cards = createImportCards({
      importFile: shelf.importFile,
      letGo(given) {
        released.push(given);
        return Promise.resolve();
      },
    });
    const seen: string[] = [];
    cards.subscribe(() => {
      for (const card of cards.getSnapshot()) {
        if (card.kind === 'running') seen.push(`${card.fileName} ${card.state.kind}`);
      }
    });
    const done = cards.importFiles(['/me/fox.gguf', '/me/empty.gguf']);
    expect(kinds(cards.getSnapshot())).toEqual(['running', 'running']);
    await done;
    expect(cards.getSnapshot()).toMatchObject([
      { fileName: 'fox.gguf', kind: 'done', imported: { config: { displayName: 'Little Fox' } } },
      { fileName: 'empty.gguf', kind: 'failed', failure: { code: 'IMPORT_REFUSED' } },
    ]);
    for (const kind of ['waiting', 'checking', 'copying', 'verifying', 'installing']) {
      expect(seen).toContain(`fox.gguf ${kind}`);
    }
    expect(released).toEqual(['/me/fox.gguf', '/me/empty.gguf']);
    const [first] = cards.getSnapshot();
    cards.dismiss(first?.id ?? 0);
    expect(kinds(cards.getSnapshot())).toEqual(['failed']);
    await shelf.close();
  });

  it('show a split model as one, in whatever order its parts were chosen', async () => {
    const begun: string[][] = [];
    const released: GivenFile[] = [];
    const cards = createImportCards({
      importFile(given) {
        begun.push(given.map((file) => (typeof file === 'string' ? file : file.name)));
        return Promise.reject(new ModelError('NO_SPACE', { neededBytes: 1, freeBytes: 0 }));
      },
      letGo(given) {
        released.push(given);
        return Promise.resolve();
      },
    });
    const part = (number: number) => ({ name: `owl-0000${String(number)}-of-00002.gguf`, size: 1 });
    const other = { name: 'owl-00001-of-00003.gguf', size: 1 };
    await cards.importFiles([part(2), { name: 'fox.gguf', size: 1 }, part(1), other]);
    expect(cards.getSnapshot()).toMatchObject([
      { fileName: 'owl-00001-of-00002.gguf', fileCount: 2 },
      { fileName: 'fox.gguf', fileCount: 1 },
      { fileName: 'owl-00001-of-00003.gguf', fileCount: 1 },
    ]);
    expect(begun.map((names) => names.length)).toEqual([2, 1, 1]);
    expect(released).toHaveLength(4);
  });

  it('go when their import is called off, running or not begun', async () => {
    const begun: string[] = [];
    const released: GivenFile[] = [];
    const cards = createImportCards({
      importFile(given, { signal }) {
        begun.push(...given.map((file) => (typeof file === 'string' ? file : file.name)));
        return new Promise((_, reject) => {
          signal?.addEventListener('abort', () => {
            reject(Object.assign(new Error('off'), { name: 'AbortError' }));
          });
        });
      },
      letGo(given) {
        released.push(given);
        return Promise.resolve();
      },
    });
    const done = cards.importFiles(['/a.gguf', '/b.gguf']);
    await Promise.resolve();
    const [a, b] = cards.getSnapshot();
    cards.cancel(b?.id ?? 0);
    cards.dismiss(a?.id ?? 0);
    expect(kinds(cards.getSnapshot())).toEqual(['running']);
    cards.cancel(a?.id ?? 0);
    await done;
    expect(begun).toEqual(['/a.gguf']);
    expect(released).toEqual(['/a.gguf', '/b.gguf']);
    expect(cards.getSnapshot()).toEqual([]);
  });

  it('change at most a hundred times for each step, however often progress is reported', async () => {
    let changes = 0;
    const cards = createImportCards({
      importFile(_, { onProgress }) {
        for (let bytes = 1; bytes <= 10_000; bytes += 1) {
          const state: ImportState = { kind: 'copying', copiedBytes: bytes, totalBytes: 10_000 };
          onProgress?.(state);
        }
        return Promise.reject(new ModelError('NO_SPACE', { neededBytes: 1, freeBytes: 0 }));
      },
      letGo,
    });
    cards.subscribe(() => {
      changes += 1;
    });
    await cards.importFiles([{ name: 'fox.gguf', size: 10_000 }]);
    expect(changes).toBeLessThanOrEqual(105);
    expect(changes).toBeGreaterThan(50);
  });
});
