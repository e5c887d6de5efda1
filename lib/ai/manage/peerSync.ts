/** Keeps the states equal in all tabs that share a store: announces this tab's work and shows that of other tabs. */
import { buildLock } from '../registry/buildPlaces';
import type { DownloadJobs } from './downloadJobs';
import type { LlmModelConfig } from '../modelConfig';
import type { Peers } from '../../platform/types';
import type { RuntimeOf } from '../registry/modelFiles';
import type { Registry } from '../registry/registry';
import type { SnapshotStore } from '../snapshots/snapshotStore';
import { parsePeerMessage, type PeerMessage } from './peerMessages';

export interface PeerSyncParts {
  peers: Peers;
  registry: Pick<Registry, 'find'>;
  runtimeOf: RuntimeOf;
  snapshots: SnapshotStore;
  tell(message: PeerMessage): void;
  /** Reads a model's state from the disk and publishes it. */
  refresh(config: LlmModelConfig): Promise<unknown>;
  /** Continues the downloads among these that an owner has begun and left running. */
  resume(models: readonly LlmModelConfig[]): Promise<void>;
}

/** Starts to send and receive messages; returns a function that stops it. */
export function startPeerSync(parts: PeerSyncParts, jobs: DownloadJobs): () => void {
  const { peers, registry, runtimeOf, snapshots, tell, refresh, resume } = parts;
  /** Models that another tab works on; this tab waits for the end of that work. */
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
      await refresh(config);
    }
  }

  /** When the other tab's lock is released, its work has ended or it has crashed; the disk shows which. */
  function watch(config: LlmModelConfig): void {
    if (watched.has(config.modelId)) return;
    watched.add(config.modelId);
    const forget = () => {
      watched.delete(config.modelId);
    };
    // This rejects only when this tab stops listening, and then the state isn't shown any more.
    peers
      .withLock(buildLock(config, runtimeOf(config)), () => look(config), {
        signal: stopped.signal,
      })
      .then(() => {
        forget();
        // The other tab was closed in the middle of its download; of all tabs, one gets the lock.
        return stopped.signal.aborted ? undefined : resume([config]);
      })
      .catch(forget);
  }

  function onMessage(received: unknown): void {
    const message = parsePeerMessage(received);
    if (message === undefined) return;
    if (message.kind === 'hello') {
      tellProgress();
      return;
    }
    const config = registry.find(message.modelId);
    if (!config) return;
    switch (message.kind) {
      case 'pause':
        jobs.abort(config.modelId);
        break;
      case 'changed':
        // When the disk can't be read now, the last state stays.
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
