/** Lists of models that one person exports and another imports, with whatever happened to them between. */
import assert from 'node:assert/strict';

import fc from 'fast-check';
import { it } from 'vitest';

import { createAddedModels } from '../../lib/ai/added/addedModels';
import { catalogEntryOf, formatCatalog } from '../../lib/ai/registry/catalogText';
import { createRegistry } from '../../lib/ai/registry/registry';
import { createUnkeptAddedModels } from '../../lib/db/unkeptAdditions';
import { createManualClock } from '../../lib/platform/memory/manualClock';
import {
  createMemoryNeighbourhood,
  createMemoryPeers,
} from '../../lib/platform/memory/memoryPeers';
import { ADDED, atCommit } from '../addedScene';
import { ENDPOINT, MODEL } from '../modelFixture';
import { CASES, createHarmless, expectPlain } from './harmless';
import { hostileRecord } from './hostile';

const RIGHT = JSON.parse(
  formatCatalog([
    catalogEntryOf(ADDED),
    { ...catalogEntryOf(ADDED), modelId: 'other', folderName: 'Own-Q4' },
    { ...catalogEntryOf(ADDED), modelId: MODEL.modelId },
    { ...catalogEntryOf(atCommit('d'.repeat(40))), modelId: 'moved', folderName: 'moved' },
  ]),
) as unknown;

async function open() {
  const store = createUnkeptAddedModels();
  const registry = createRegistry([MODEL]);
  const peers = createMemoryPeers(createMemoryNeighbourhood());
  const clock = createManualClock();
  const added = createAddedModels({ store, registry, peers, clock, hubEndpoint: ENDPOINT });
  await added.start();
  return { added, store, registry };
}

it('adds what passes, never over another model, and what it exports is the same list again', async ({
  task,
}) => {
  const harmless = createHarmless('addedLists');
  const property = fc.asyncProperty(hostileRecord(RIGHT), async (text) => {
    const { added, store, registry } = await open();
    const imported = await harmless.runAsync(() => added.importList(text));
    const { models, problems } = added.getSnapshot();
    if (!imported) {
      assert.deepEqual([models, await store.list()], [[], []]);
      added.close();
      return;
    }
    assert.deepEqual(problems, []);
    assert.equal(models.length, imported.added.length);
    assert.equal(registry.find(MODEL.modelId), MODEL);
    const offered = [MODEL, ...models.map(({ model }) => model)];
    offered.slice(1).forEach(expectPlain);
    const folders = offered.map(({ folderName }) => folderName.toLowerCase());
    assert.equal(new Set(folders).size, offered.length);
    assert.equal(new Set(offered.map(({ modelId }) => modelId)).size, offered.length);

    const exported = added.exportList();
    const other = await open();
    const again = await other.added.importList(exported);
    assert.deepEqual(again.problems, []);
    assert.equal(other.added.exportList(), exported);
    assert.deepEqual((await added.importList(exported)).added, []);
    added.close();
    other.added.close();
  });
  await fc.assert(property, { numRuns: CASES.addedLists });
  harmless.finish(task);
}, 600_000);
