/** Binds imports of a person's files to React. */
import {
  createContext,
  use,
  useCallback,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react';
import type { PropsWithChildren } from 'react';
import type { FileArrivals, GivenFile } from '../platform/types';
import { createImportCards } from './imports/importCards';
import type { ImportCard, ImportCards } from './imports/importCards';
import { useShelf } from './shelf/ShelfProvider';

export interface ImportBinding extends Pick<ImportCards, 'importFiles' | 'cancel' | 'dismiss'> {
  cards: readonly ImportCard[];
  /** Shows the system's dialog and imports what is chosen; undefined where this host has no dialog. */
  pick: (() => Promise<void>) | undefined;
}

interface ImportSource {
  cards: ImportCards;
  arrivals: FileArrivals | undefined;
}

const ImportContext = createContext<ImportSource | undefined>(undefined);

/** Below a ShelfProvider. Imports go on when the screen that began them is left. */
export function ImportProvider({ children }: PropsWithChildren) {
  const shelf = useShelf();
  const source = useMemo(() => {
    const { pickedFiles, fileArrivals } = shelf.host;
    const { importFile } = shelf;
    const letGo = fileArrivals?.letGo ?? (() => Promise.resolve());
    const cards = createImportCards({ importFile, letGo });
    return { cards, arrivals: pickedFiles && fileArrivals };
  }, [shelf]);
  return <ImportContext value={source}>{children}</ImportContext>;
}

function useSource(): ImportSource {
  const source = use(ImportContext);
  if (source === undefined) throw new Error('useImport needs an ImportProvider above it.');
  return source;
}

/** @throws Error outside of an ImportProvider. */
export function useImport(): ImportBinding {
  const { cards: store, arrivals } = useSource();
  const cards = useSyncExternalStore(store.subscribe, store.getSnapshot);
  return useMemo(() => {
    const { importFiles, cancel, dismiss } = store;
    const pick = arrivals && (async () => importFiles(await arrivals.pick()));
    return { cards, importFiles, cancel, dismiss, pick };
  }, [cards, store, arrivals]);
}

/**
 * Imports files that are dropped onto the app, or opened with it, while the component is there. Files that arrived before
 * are imported then. Whether files hover over the app now.
 */
export function useDroppedFiles(): boolean {
  const { cards, arrivals } = useSource();
  const [isOver, setOver] = useState(false);
  const onFiles = useCallback(
    (files: readonly GivenFile[]) => {
      void cards.importFiles(files);
    },
    [cards],
  );
  useEffect(() => arrivals?.subscribe({ onFiles, onHover: setOver }), [arrivals, onFiles]);
  return isOver;
}
