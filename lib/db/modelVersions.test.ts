import { beforeEach, describe, expect, it } from 'vitest';

import { createInMemoryDatabase } from '../platform/shared/inMemoryDatabase';
import type { SqlDatabase } from '../platform/types';
import { createGenerationChoiceStore } from './generationChoices';
import { migrate } from './migrations';
import {
  createLookedAt,
  createModelVersionStore,
  createUnkeptModelVersions,
} from './modelVersions';

let database: SqlDatabase;
beforeEach(async () => {
  database = await createInMemoryDatabase();
  await migrate(database);
});

describe.each([
  ['in a database', () => createModelVersionStore(database)],
  ['in memory', () => createUnkeptModelVersions()],
])('what is kept about versions %s', (_, open) => {
  it('keeps each fact by itself, and forgets one that is set to undefined', async () => {
    const store = open();
    await store.set('a', { found: '{}', isWanted: true });
    await store.set('a', { heldReason: 'tests', heldAt: 5 });
    expect((await store.list()).get('a')).toEqual({
      ...{ found: '{}', license: undefined, refused: undefined },
      ...{ heldReason: 'tests', heldAt: 5, isWanted: true },
    });
    await store.set('a', { heldReason: undefined, found: undefined });
    expect((await store.list()).get('a')).toMatchObject({
      heldReason: undefined,
      found: undefined,
    });
    await store.remove('a');
    expect((await store.list()).size).toBe(0);
  });
});

it('remembers over starts when the hub was asked', async () => {
  const lookedAt = createLookedAt(database);
  expect(await lookedAt.read()).toBeUndefined();
  await lookedAt.write(1234);
  expect(await createLookedAt(database).read()).toBe(1234);
});

describe('generation settings', () => {
  it('are those of the version: kept when it leaves, back when it comes back', async () => {
    const store = createGenerationChoiceStore(database);
    await store.enterVersion('a', 'first');
    await store.setChoice('a', { temperature: 0.1 });
    expect(await store.enterVersion('a', 'second'), 'a new version begins with them').toEqual({
      temperature: 0.1,
    });
    await store.setChoice('a', { temperature: 0.9, systemPrompt: 'Be brief.' });
    expect(await store.enterVersion('a', 'first')).toEqual({ temperature: 0.1 });
    expect((await store.getChoices()).get('a')).toEqual({ temperature: 0.1 });
    expect(await store.enterVersion('a', 'second')).toEqual({
      ...{ temperature: 0.9, systemPrompt: 'Be brief.' },
    });
    expect(await store.enterVersion('a', 'second'), 'entering twice changes nothing').toEqual({
      ...{ temperature: 0.9, systemPrompt: 'Be brief.' },
    });
  });

  it('of a row that an older page has written are those of the installed version', async () => {
    const store = createGenerationChoiceStore(database);
    await store.enterVersion('a', 'first');
    await store.setChoice('a', { temperature: 0.3 });
    await database.batch([{ sql: 'UPDATE generation_choice SET version = NULL' }]);
    expect(await store.enterVersion('a', 'second')).toEqual({ temperature: 0.3 });
  });
});
