import { expect, it } from 'vitest';

import { createInMemoryDatabase } from '../platform/shared/inMemoryDatabase';
import { createAddedModelStore } from './addedModels';
import { migrate } from './migrations';
import { createUnkeptAddedModels } from './unkeptAdditions';

const row = (modelId: string, entry = '{}') => ({ modelId, entry, origin: 'hub', addedAt: 5 });

it.each(['database', 'memory'])(
  'a row in the %s is never overwritten by a new one',
  async (place) => {
    const database = await createInMemoryDatabase();
    await migrate(database);
    const store = place === 'memory' ? createUnkeptAddedModels() : createAddedModelStore(database);
    await store.write({ added: [row('a'), row('b')], changed: [] });
    const twin = { added: [row('c'), row('a', '"other"')], changed: [] };
    await expect(store.write(twin)).rejects.toMatchObject({ code: 'DB_FAILED' });
    expect(await store.list()).toEqual([row('a'), row('b')]);
    await store.write({ added: [], changed: [row('a', '"newer"')] });
    await store.remove('b');
    await store.remove('b');
    expect(await store.list()).toEqual([row('a', '"newer"')]);
  },
);
