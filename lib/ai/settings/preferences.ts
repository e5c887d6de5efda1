/** Owns the preferences of the app: reads them once, saves changes and notifies listeners. Doesn't depend on React. */
import { DEFAULT_PREFERENCES } from '../../db/preferences';
import type { AppPreferences, PreferenceStore } from '../../db/preferences';
import { createObservable } from '../observable';

export interface Preferences {
  /** Call once; before that the defaults apply. @throws ModelError DB_FAILED */
  start(): Promise<void>;
  /** @throws ModelError DB_FAILED, having changed nothing */
  set(change: Partial<AppPreferences>): Promise<void>;
  getSnapshot(): AppPreferences;
  subscribe(listener: () => void): () => void;
}

export function createPreferences(store: PreferenceStore): Preferences {
  const preferences = createObservable(DEFAULT_PREFERENCES);
  return {
    async start() {
      preferences.set(await store.getPreferences());
    },
    async set(change) {
      await store.setPreferences(change);
      preferences.set({ ...preferences.get(), ...change });
    },
    getSnapshot: preferences.get,
    subscribe: preferences.subscribe,
  };
}
