/** A person's choices of automatic actions, as rows in SQLite. */
import type { SqlDatabase } from '../platform/types';

export interface AppPreferences {
  /** Load the selected model when the app starts, not with its first message. */
  preloadAtStart: boolean;
  /** Let a model generate a few words right after its install, to check that it works here. */
  smokeTest: boolean;
}

export const DEFAULT_PREFERENCES: AppPreferences = { preloadAtStart: true, smokeTest: true };

/** Every method throws ModelError DB_FAILED. */
export interface PreferenceStore {
  /** A preference that was never set has its default value. */
  getPreferences(): Promise<AppPreferences>;
  setPreferences(change: Partial<AppPreferences>): Promise<void>;
}

const NAMES: Readonly<Record<keyof AppPreferences, string>> = {
  preloadAtStart: 'preload_at_start',
  smokeTest: 'smoke_test',
};

/** The store over a database that `migrate` has brought up to date. */
export function createPreferenceStore(database: SqlDatabase): PreferenceStore {
  return {
    async getPreferences() {
      const rows = await database.all({ sql: 'SELECT name, value FROM setting' });
      const saved = new Map(rows.map(({ name, value }) => [name, value]));
      const read = (key: keyof AppPreferences) => {
        const value = saved.get(NAMES[key]);
        return value === undefined ? DEFAULT_PREFERENCES[key] : value === 'yes';
      };
      return { preloadAtStart: read('preloadAtStart'), smokeTest: read('smokeTest') };
    },

    async setPreferences(change) {
      const keys = Object.keys(NAMES) as (keyof AppPreferences)[];
      const changed = keys.filter((key) => change[key] !== undefined);
      await database.batch(
        changed.map((key) => ({
          sql: 'INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)',
          params: [NAMES[key], change[key] === true ? 'yes' : 'no'],
        })),
      );
    },
  };
}
