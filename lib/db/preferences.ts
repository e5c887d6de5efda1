/** A person's choices of automatic actions, as rows in SQLite. */
import type { SqlDatabase } from '../platform/types';

export interface AppPreferences {
  /** Load the selected model when the app starts, not with its first message. */
  preloadAtStart: boolean;
  /** Let a model generate a few words right after its install, to check that it works here. */
  smokeTest: boolean;
  /** Let the system tell when a download ends while the app is out of sight. */
  notifyOfDownloads: boolean;
  /** Ask the hub once a day, after the start, whether models that a person added have newer versions. */
  looksForUpdates: boolean;
  /** Bring newer versions without being asked, on a network that isn't metered. */
  updatesByItself: boolean;
  /** The language of the app's texts, as a BCP 47 tag; `system` follows the system. */
  language: string;
}

export const DEFAULT_PREFERENCES: AppPreferences = {
  preloadAtStart: true,
  smokeTest: true,
  notifyOfDownloads: false,
  looksForUpdates: false,
  updatesByItself: false,
  language: 'system',
};

/** Every method throws ModelError DB_FAILED. */
export interface PreferenceStore {
  /** A preference that was never set has its default value. */
  getPreferences(): Promise<AppPreferences>;
  setPreferences(change: Partial<AppPreferences>): Promise<void>;
}

const NAMES: Readonly<Record<keyof AppPreferences, string>> = {
  preloadAtStart: 'preload_at_start',
  smokeTest: 'smoke_test',
  notifyOfDownloads: 'notify_of_downloads',
  looksForUpdates: 'looks_for_updates',
  updatesByItself: 'updates_by_itself',
  language: 'language',
};

const isSwitch = (value: unknown): value is boolean => typeof value === 'boolean';

/** The store over a database that `migrate` has brought up to date. */
export function createPreferenceStore(database: SqlDatabase): PreferenceStore {
  return {
    async getPreferences() {
      const rows = await database.all({ sql: 'SELECT name, value FROM setting' });
      const saved = new Map(rows.map(({ name, value }) => [name, value]));
      const read = <Key extends keyof AppPreferences>(key: Key): AppPreferences[Key] | string => {
        const value = saved.get(NAMES[key]);
        return typeof value === 'string' ? value : DEFAULT_PREFERENCES[key];
      };
      const readSwitch = (key: Exclude<keyof AppPreferences, 'language'>) => {
        const value = read(key);
        return isSwitch(value) ? value : value === 'yes';
      };
      return {
        preloadAtStart: readSwitch('preloadAtStart'),
        smokeTest: readSwitch('smokeTest'),
        notifyOfDownloads: readSwitch('notifyOfDownloads'),
        looksForUpdates: readSwitch('looksForUpdates'),
        updatesByItself: readSwitch('updatesByItself'),
        language: read('language'),
      };
    },

    async setPreferences(change) {
      const keys = Object.keys(NAMES) as (keyof AppPreferences)[];
      const rows = keys.flatMap((key) => {
        const value = change[key];
        if (value === undefined) return [];
        const text = isSwitch(value) ? (value ? 'yes' : 'no') : value;
        return [[NAMES[key], text]];
      });
      await database.batch(
        rows.map((params) => ({
          sql: 'INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)',
          params,
        })),
      );
    },
  };
}
