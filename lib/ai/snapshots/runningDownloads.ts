/** The downloads that run now, summed up for places that show all of them at once. Pure. */
import type { ManagerSnapshot } from '../modelState';

export interface RunningDownloads {
  /** At least one. */
  modelIds: readonly string[];
  /** Whole per cent of the bytes of all of them; undefined until each has a known size. */
  percent: number | undefined;
}

/** Undefined where nothing is downloaded. A paused or failed download isn't running. */
export function runningDownloads({ states }: ManagerSnapshot): RunningDownloads | undefined {
  const modelIds: string[] = [];
  let [received, total, isKnown] = [0, 0, true];
  for (const [modelId, state] of Object.entries(states)) {
    if (state.kind !== 'downloading' && state.kind !== 'waiting') continue;
    modelIds.push(modelId);
    received += state.receivedBytes;
    total += state.totalBytes ?? 0;
    isKnown &&= state.totalBytes !== undefined && state.totalBytes > 0;
  }
  if (modelIds.length === 0) return undefined;
  // Rounded down: 100 % would be said before the last byte.
  const percent = isKnown ? Math.min(99, Math.floor((received / total) * 100)) : undefined;
  return { modelIds, percent };
}
