/** Binds the preferences of the app to React. */
import { createContext, use, useMemo, useSyncExternalStore } from 'react';
import type { PropsWithChildren } from 'react';
import type { AppPreferences } from '../../db/preferences';
import type { Preferences } from './preferences';

export interface PreferencesBinding extends AppPreferences {
  /** Rejects with DB_FAILED, having changed nothing. */
  setPreferences(change: Partial<AppPreferences>): Promise<void>;
}

const PreferencesContext = createContext<PreferencesBinding | undefined>(undefined);

/** @throws Error outside of a PreferencesProvider: render the component inside of the app's root layout. */
export function usePreferences(): PreferencesBinding {
  const binding = use(PreferencesContext);
  if (binding === undefined)
    throw new Error('usePreferences needs a PreferencesProvider above it.');
  return binding;
}

export function PreferencesProvider({
  preferences,
  children,
}: PropsWithChildren<{ preferences: Preferences }>) {
  const current = useSyncExternalStore(preferences.subscribe, preferences.getSnapshot);
  const binding = useMemo<PreferencesBinding>(
    () => ({ ...current, setPreferences: (change) => preferences.set(change) }),
    [current, preferences],
  );
  return <PreferencesContext value={binding}>{children}</PreferencesContext>;
}
