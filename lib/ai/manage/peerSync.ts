/** Keeps tabs that share a store showing the same: tells what this one does, shows what others do. */
import { buildLock } from '../registry/buildPlaces';
import type { DownloadJobs } from './downloadJobs';
import type { ManagerContext } from './managerContext';
import { findModel, type LlmModelConfig } from '../modelConfig';
import { parsePeerMessage } from './peerMessages';

/** Starts listening and telling; returns the way to stop. */
export function startPeerSync(context: ManagerContext, jobs: DownloadJobs): () => void {
  const { peers, runtimeOf, snapshots, models, tell } = context;
  /** Models that another tab works on, and that this one waits to see the end of. */
  const watched = new Set<string>();
  const stopped = new AbortController();

  function tellProgress(): void {
    const { states } = snapshots.getSnapshot();
    for (const [modelId, state] of Object.entries(states)) {
      if (jobs.find(modelId)?.isOwner) tell({ kind: 'progress', modelId, state });
    }
  }

  async function look(config: LlmModelConfig): Promise<void> {
    if (snapshots.getSnapshot().started && !jobs.find(config.modelId)) {
      await context.refresh(config);
    }
  }

  /** When the worker's lock comes free it has ended, or died, and the disk says which. */
  function watch(config: LlmModelConfig): void {
    if (watched.has(config.modelId)) return;
    watched.add(config.modelId);
    const forget = () => {
      watched.delete(config.modelId);
    };
    // Rejects only when this tab stops listening, and then nobody looks any more.
    peers
      .withLock(buildLock(config, runtimeOf(config)), () => look(config), {
        signal: stopped.signal,
      })
      .then(forget, forget);
  }

  function onMessage(received: unknown): void {
    const message = parsePeerMessage(received);
    if (message === undefined) return;
    if (message.kind === 'hello') {
      tellProgress();
      return;
    }
    const config = findModel(models, message.modelId);
    if (!config) return;
    switch (message.kind) {
      case 'pause':
        jobs.abort(config.modelId);
        break;
      case 'changed':
        // What can't be read now stays shown as it was.
        look(config).catch(() => undefined);
        break;
      case 'progress': {
        const job = jobs.find(config.modelId);
        if (job?.isOwner) break;
        snapshots.setState(config.modelId, message.state, 'soon');
        if (!job) watch(config);
        break;
      }
    }
  }

  const stopTelling = snapshots.subscribe(tellProgress);
  const stopListening = peers.subscribe(onMessage);
  return () => {
    stopTelling();
    stopListening();
    stopped.abort();
  };
}
