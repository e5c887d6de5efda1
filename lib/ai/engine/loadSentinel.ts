/** Detects that the app was killed while it loaded a model, so that the next start doesn't load it again unasked. */
import { isAbortError } from '../../errors';
import type { LoadRecords } from '../../db/loadRecords';
import { writeIfPossible } from '../../db/writeIfPossible';
import type { Host, Peers } from '../../platform/types';

export interface LoadSentinel {
  /** Keeps a record that `modelId` is being loaded until `load` ends. Loads in other tabs wait meanwhile. */
  guard<T>(modelId: string, load: () => Promise<T>, signal: AbortSignal): Promise<T>;
  /**
   * The model that was being loaded when the app was killed. Each interruption is returned once, or again if the
   * database can't record that it was. Undefined when every load ended, when a person left the page during the load,
   * and while another tab loads. @throws ModelError DB_FAILED
   */
  takeInterrupted(): Promise<string | undefined>;
}

const LOCK = 'model-load';

export interface LoadSentinelParts {
  records: LoadRecords;
  peers: Peers;
  host: Pick<Host, 'lastWords' | 'keepLastWords'>;
}

export function createLoadSentinel({ records, peers, host }: LoadSentinelParts): LoadSentinel {
  let loadingId: string | undefined;
  host.keepLastWords(() => loadingId);

  return {
    guard: (modelId, load, signal) =>
      peers.withLock(
        LOCK,
        async () => {
          loadingId = modelId;
          await records.begin(modelId);
          try {
            return await load();
          } finally {
            // If the record can't be removed, the next start reports an interrupted load. That does no harm.
            await records.end().catch(() => undefined);
            loadingId = undefined;
          }
        },
        { signal },
      ),

    async takeInterrupted() {
      const waiting = new AbortController();
      const take = async () => {
        const modelId = await records.findBegun();
        if (modelId !== undefined) await writeIfPossible(records.end());
        return modelId === host.lastWords ? undefined : modelId;
      };
      try {
        // The lock is released when its owner dies: while it is held, the recorded load is still running.
        return await peers.withLock(LOCK, take, {
          onWait: () => waiting.abort(),
          signal: waiting.signal,
        });
      } catch (error) {
        if (isAbortError(error)) return undefined;
        throw error;
      }
    },
  };
}
