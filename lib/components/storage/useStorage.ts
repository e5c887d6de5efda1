/** What takes the space, read again whenever the manager has seen a change of it. */
import { startTransition, useEffect, useState } from 'react';
import type { StorageReport } from '../../ai/storage/storage';
import { useManagerSnapshot } from '../../ai/ModelProvider';
import { useShelf } from '../../ai/shelf/ShelfProvider';
import { toFailure } from '../../errors';
import type { ModelFailure } from '../../errors';

export interface ReadStorage {
  /** The last one that could be read; undefined until then. */
  report: StorageReport | undefined;
  /** Why it can't be read now. */
  failure: ModelFailure | undefined;
  readAgain: () => void;
}

export function useStorage(): ReadStorage {
  const shelf = useShelf();
  const storage = useManagerSnapshot((snapshot) => snapshot.storage);
  const [report, setReport] = useState<StorageReport>();
  const [failure, setFailure] = useState<ModelFailure>();
  const [reads, setReads] = useState(0);
  useEffect(() => {
    let isCurrent = true;
    shelf.storage().then(
      (read) => {
        if (!isCurrent) return;
        // In slices: a long report would block the page.
        startTransition(() => {
          setReport(read);
          setFailure(undefined);
        });
      },
      (error: unknown) => {
        if (isCurrent) setFailure(toFailure(error));
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [shelf, storage, reads]);
  return { report, failure, readAgain: () => setReads((count) => count + 1) };
}
