/** Notices that the app died while it was loading a model, so that the next start doesn't do it again unasked. */
import { isAbortError } from '../errors';
import type { LoadRecords } from '../db/loadRecords';
import type { Peers } from '../platform/types';

export interface LoadSentinel {
  /** Writes down that `modelId` is being loaded for as long as `load` takes. Loads of other tabs wait meanwhile. */
  guard<T>(modelId: string, load: () => Promise<T>, signal: AbortSignal): Promise<T>;
  /**
   * The model that somebody was loading when they died, told once; undefined when all ended
   * well, and while another tab loads. @throws ModelError DB_FAILED
   */
  takeInterrupted(): Promise<string | undefined>;
}

const LOCK = 'model-load';

export function createLoadSentinel(records: LoadRecords, peers: Peers): LoadSentinel {
  return {
    guard: (modelId, load, signal) =>
      peers.withLock(
        LOCK,
        async () => {
          await records.begin(modelId);
          try {
            return await load();
          } finally {
            await records.end();
          }
        },
        { signal },
      ),

    async takeInterrupted() {
      const waiting = new AbortController();
      const take = async () => {
        const modelId = await records.findBegun();
        if (modelId !== undefined) await records.end();
        return modelId;
      };
      try {
        // The lock dies with its owner: whoever holds it is alive, and so is the load that is written down.
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
