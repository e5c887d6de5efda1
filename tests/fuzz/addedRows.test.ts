import fc from 'fast-check';
import { expect, it } from 'vitest';

import { createAddedModels } from '../../lib/ai/added/addedModels';
import { catalogEntryOf } from '../../lib/ai/registry/catalogText';
import { createRegistry } from '../../lib/ai/registry/registry';
import { createUnkeptAddedModels } from '../../lib/db/unkeptAdditions';
import { createManualClock } from '../../lib/platform/memory/manualClock';
import {
  createMemoryNeighbourhood,
  createMemoryPeers,
} from '../../lib/platform/memory/memoryPeers';
import { isPortableName } from '../../lib/platform/shared/storePath';
import { ADDED } from '../addedScene';
import { ENDPOINT, MODEL } from '../modelFixture';
import { CASES, createHarmless, expectPlain } from './harmless';
import { hostileRecord, hostileText } from './hostile';

const row = fc.record({
  modelId: fc.oneof({ weight: 3, arbitrary: fc.constant(ADDED.modelId) }, hostileText),
  entry: hostileRecord(catalogEntryOf(ADDED)),
  origin: fc.oneof({ weight: 5, arbitrary: fc.constantFrom('hub', 'file') }, hostileText),
  addedAt: fc.oneof({ weight: 5, arbitrary: fc.nat() }, fc.double()),
});
const SOUND = {
  ...{ modelId: 'sound', origin: 'hub', addedAt: 1 },
  entry: JSON.stringify({ ...catalogEntryOf(ADDED), modelId: 'sound', folderName: 'sound' }),
};

it('starts whatever a row holds, offers what passes, reports the others, and loses none', async ({
  task,
}) => {
  const harmless = createHarmless('addedRows');
  const property = fc.asyncProperty(row, async (hostile) => {
    const store = createUnkeptAddedModels();
    await store.write({ added: [hostile, SOUND], changed: [] });
    const rows = await store.list();
    const registry = createRegistry([MODEL]);
    const peers = createMemoryPeers(createMemoryNeighbourhood());
    const clock = createManualClock();
    const added = createAddedModels({ store, registry, peers, clock, hubEndpoint: ENDPOINT });
    const started = await harmless.runAsync(async () => {
      await added.start();
      return added.getSnapshot();
    });
    if (!started) throw new Error('the start failed');
    const { models, problems } = started;
    expect(models.length + problems.length).toBe(rows.length);
    expect(registry.getModels().map(({ modelId }) => modelId)).toContain('sound');
    for (const { model } of models) {
      expectPlain(model);
      expect(isPortableName(model.folderName)).toBe(true);
    }
    JSON.parse(added.exportList());
    expect(await store.list()).toEqual(rows);
    added.close();
  });
  await fc.assert(property, { numRuns: CASES.addedRows });
  harmless.finish(task);
}, 600_000);
