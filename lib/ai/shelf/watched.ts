/** Reports a model's states to the caller that waits for work on it. */
import { abortable } from '../../download/flow/abortable';
import type { ModelManager } from '../modelManager';
import type { WorkOptions } from './workOptions';

interface Watched {
  manager: Pick<ModelManager, 'getSnapshot' | 'subscribe'>;
  modelId: string;
  options: WorkOptions | undefined;
}

/** Runs `work` with its progress reported, until it ends or the caller leaves. */
export async function watched<T>(
  { manager, modelId, options: { signal, onProgress } = {} }: Watched,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { controller, release } = abortable(...(signal ? [signal] : []));
  const stateNow = () => manager.getSnapshot().states[modelId];
  let shown = stateNow();
  const thrown: unknown[] = [];
  const report = () => {
    const state = stateNow();
    if (state === undefined || state === shown || controller.signal.aborted) return;
    shown = state;
    try {
      onProgress?.(state);
    } catch (error) {
      // It must reach neither the transfer nor the other listeners.
      thrown.push(error);
      controller.abort();
    }
  };
  const stop = onProgress ? manager.subscribe(report) : () => undefined;
  try {
    return await work(controller.signal);
  } catch (error) {
    throw thrown.length > 0 ? thrown[0] : error;
  } finally {
    stop();
    release();
  }
}
