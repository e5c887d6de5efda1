/** What the parts of the manager share: its tools, its snapshots, and the way to look at the disk again. */
import type { ModelSettingsStore } from '../db/modelSettings';
import type { PlanTools } from '../download/preparePlan';
import type { FileStore, Host, Peers, Platform, Runtime } from '../platform/types';
import type { LlmModelConfig } from './modelConfig';
import type { ManagerSnapshot, ModelState } from './modelState';
import type { PeerMessage } from './peerMessages';
import { readModelState, stateWithoutFiles } from './readModelState';
import { createSnapshotStore, type SnapshotStore } from './snapshotStore';

export interface ManagerDeps {
  platform: Omit<Platform, 'database' | 'engine' | 'close'>;
  settings: ModelSettingsStore;
  models: readonly LlmModelConfig[];
  /** In [0, 1); spreads retries. */
  random: () => number;
}

export interface ManagerContext {
  files: FileStore;
  peers: Peers;
  host: Host;
  runtime: Runtime;
  settings: ModelSettingsStore;
  models: readonly LlmModelConfig[];
  tools: PlanTools;
  snapshots: SnapshotStore;
  tell(message: PeerMessage): void;
  /** Reads a model's state from the disk and shows it, with the storage that is used and free. */
  refresh(config: LlmModelConfig): Promise<ModelState>;
  refreshStorage(): Promise<void>;
}

export function createManagerContext(deps: ManagerDeps): ManagerContext {
  const { platform, settings, models, random } = deps;
  const { files, peers, host, clock, environment } = platform;
  const { runtime } = host;
  const snapshots = createSnapshotStore(clock, initialSnapshot(models, runtime));

  async function refreshStorage(): Promise<void> {
    const entries = await files.list('');
    const usedBytes = entries.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
    snapshots.set({ storage: { usedBytes, freeBytes: await files.freeBytes() } });
  }

  return {
    files,
    peers,
    host,
    runtime,
    settings,
    models,
    tools: { ...platform, hubEndpoint: environment.hubEndpoint, random },
    snapshots,
    refreshStorage,
    tell(message) {
      peers.send(message);
    },
    async refresh(config) {
      const state = await readModelState(files, config, runtime);
      snapshots.setState(config.modelId, state, 'now');
      await refreshStorage();
      return state;
    },
  };
}

function initialSnapshot(models: readonly LlmModelConfig[], runtime: Runtime): ManagerSnapshot {
  const states: Record<string, ModelState> = {};
  for (const config of models) {
    states[config.modelId] = stateWithoutFiles(config, runtime);
  }
  return {
    started: false,
    states,
    storage: { usedBytes: 0, freeBytes: undefined },
    persistent: undefined,
  };
}
