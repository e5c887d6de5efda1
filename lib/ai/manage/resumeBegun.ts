/** Continues downloads that were begun earlier and that nobody has paused. */
import type { Downloader } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import { stagingPath } from '../registry/buildPlaces';
import type { RuntimeOf } from '../registry/modelFiles';
import type { SnapshotStore } from '../snapshots/snapshotStore';
import type { DownloadJobs } from './downloadJobs';
import type { DownloadNotes } from './downloadNotes';

export interface ResumeParts {
  downloader: Downloader;
  notes: DownloadNotes;
  runtimeOf: RuntimeOf;
  snapshots: SnapshotStore;
}

/**
 * Continues the downloads that ran when an earlier run of the app, or another tab, ended, and those that it handed over
 * to the system, whether they have ended or not. Downloads that a person paused stay paused.
 */
export async function resumeBegun(
  { downloader, notes, runtimeOf, snapshots }: ResumeParts,
  jobs: DownloadJobs,
  models: readonly LlmModelConfig[],
): Promise<void> {
  const underway = (await downloader.underway()).filter(({ isPaused }) => !isPaused);
  const begun = await notes.read();
  for (const config of models) {
    const { modelId } = config;
    const row = begun.get(modelId);
    if (row?.pausedAt !== undefined) continue;
    const { kind } = snapshots.getState(modelId);
    const wasRunning = row !== undefined && (kind === 'paused' || kind === 'absent');
    const folder = `${stagingPath(config, runtimeOf(config))}/`;
    // The model's state shows how the download ends.
    if (wasRunning || underway.some(({ path }) => path.startsWith(folder)))
      jobs.ensure(config).catch(() => undefined);
    else if (kind === 'installed' && row) await notes.over(modelId);
  }
}
