/**
 * Notes which downloads run and which a person has paused, so that the next start, or another tab, goes on with the
 * right ones. A note that can't be written or read stops no download: after the next start it then waits to be resumed.
 */
import type { BegunDownload, BegunDownloadStore } from '../../db/begunDownloads';
import { writeIfPossible } from '../../db/writeIfPossible';
import { ERROR_TRAITS, isAbortError, toFailure } from '../../errors';
import type { Clock } from '../../platform/types';
import type { ModelState } from '../modelState';

export interface DownloadNotes {
  running(modelId: string): Promise<void>;
  /** A person pauses the download now. */
  paused(modelId: string): Promise<void>;
  /**
   * The download has ended by `error`. It stays noted as running after a failure that a later try can outlive; a
   * pause stays noted, too.
   */
  stopped(modelId: string, error: unknown): Promise<void>;
  /** The download was completed or given up. */
  over(modelId: string): Promise<void>;
  /** The downloads that haven't ended, by model id. */
  read(): Promise<ReadonlyMap<string, BegunDownload>>;
  /** The same states, those of paused downloads with the time of the pause. */
  withPauses(states: ReadonlyMap<string, ModelState>): Promise<Map<string, ModelState>>;
}

export function createDownloadNotes(
  store: BegunDownloadStore,
  clock: Pick<Clock, 'nowMs'>,
): DownloadNotes {
  let writes: Promise<unknown> = Promise.resolve();

  /** One after the other, so that the row ends as the last call states it. */
  function inTurn(write: () => Promise<void>): Promise<void> {
    const written = writes.then(() => writeIfPossible(write()));
    writes = written.catch(() => undefined);
    return written;
  }

  async function read(): Promise<ReadonlyMap<string, BegunDownload>> {
    await writes;
    const rows = await store.list().catch((): BegunDownload[] => []);
    return new Map(rows.map((row) => [row.modelId, row]));
  }

  return {
    running: (modelId) => inTurn(() => store.write({ modelId, pausedAt: undefined })),
    paused: (modelId) => inTurn(() => store.write({ modelId, pausedAt: clock.nowMs() })),
    async stopped(modelId, error) {
      if (!isAbortError(error) && ERROR_TRAITS[toFailure(error).code].retry === 'auto') return;
      await inTurn(() => store.removeRunning(modelId));
    },
    over: (modelId) => inTurn(() => store.remove(modelId)),

    read,

    async withPauses(states) {
      const dated = new Map(states);
      if (![...states.values()].some(({ kind }) => kind === 'paused')) return dated;
      const rows = await read();
      for (const [modelId, state] of states) {
        const pausedAt = rows.get(modelId)?.pausedAt;
        if (state.kind === 'paused' && pausedAt !== undefined) {
          dated.set(modelId, { ...state, pausedAt });
        }
      }
      return dated;
    },
  };
}
