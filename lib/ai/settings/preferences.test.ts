import { expect, it } from 'vitest';

import { migrate } from '../../db/migrations';
import { createPreferenceStore } from '../../db/preferences';
import { createInMemoryDatabase } from '../../platform/shared/inMemoryDatabase';
import { createPreferences } from './preferences';

it('keeps what a person switched off, and leaves the rest as it was', async () => {
  const database = await createInMemoryDatabase();
  await migrate(database);
  const preferences = createPreferences(createPreferenceStore(database));
  await preferences.start();
  expect(preferences.getSnapshot()).toEqual({
    preloadAtStart: true,
    smokeTest: true,
    notifyOfDownloads: false,
    looksForUpdates: false,
    updatesByItself: false,
    language: 'system',
  });
  await preferences.set({ smokeTest: false, looksForUpdates: true, language: 'de' });
  const again = createPreferences(createPreferenceStore(database));
  await again.start();
  expect(again.getSnapshot()).toEqual({
    preloadAtStart: true,
    smokeTest: false,
    notifyOfDownloads: false,
    looksForUpdates: true,
    updatesByItself: false,
    language: 'de',
  });
  await database.close();
  await expect(again.set({ smokeTest: true })).rejects.toMatchObject({ code: 'DB_FAILED' });
  expect(again.getSnapshot().smokeTest).toBe(false);
});
