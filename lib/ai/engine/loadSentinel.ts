/** Notices that the app was killed while it was loading a model, so that the next start doesn't do it again unasked. */
import { isAbortError } from '../../errors';
import type { LoadRecords } from '../../db/loadRecords';
import { writeIfPossible } from '../../db/writeIfPossible';
import type { Host, Peers } from '../../platform/types';

export interface LoadSentinel {
  /** Writes down that `modelId` is being loaded for as long as `load` takes. Loads of other tabs wait meanwhile. */
  guard<T>(modelId: string, load: () => Promise<T>, signal: AbortSignal): Promise<T>;
  /**
   * The model that somebody was loading when they were killed, told once, or again where that can't be written down; undefined when all ended
   * well, when a person left in the middle, and while another tab loads. @throws ModelError DB_FAILED
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
            // What can't be crossed out is told of at the next start, which does no harm; the model is here.
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
