/**
 * Builds the manager's parts from the platform. Only `modelManager.ts` imports this module: every other part states what
 * it uses in an interface of its own.
 */
import { createUnkeptBegunDownloads, type BegunDownloadStore } from '../../db/begunDownloads';
import type { ModelSettingsStore } from '../../db/modelSettings';
import type { DownloadTools } from '../../download/downloadModel';
import { createRateLimit, type RateLimit } from '../../download/flow/rateLimit';
import { TRANSFER_SIZES, type TransferSizes } from '../../download/journal/sizes';
import { keptBytes, listKept } from '../../download/store/keptBuilds';
import { occupiedBytes } from '../../download/store/sharedBytes';
import { besides, readHomes } from '../../download/store/volumes';
import { createSpace } from '../../download/store/space';
import { createTransferQueue } from '../../download/transferQueue';
import type { Digester, Downloader, FileStore, Host, Peers, Platform } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import { toRegistry, type Registry } from '../registry/registry';
import type { RuntimeOf } from '../registry/modelFiles';
import type { ManagerSnapshot, ModelState } from '../modelState';
import { createDownloadNotes, type DownloadNotes } from './downloadNotes';
import type { PeerMessage } from './peerMessages';
import type { MayDownload } from './permitDownload';
import { readModelState, stateWithoutFiles } from './readModelState';
import { createRuntimeChoice, type RuntimeChoice } from './runtimeChoice';
import { TRAITS } from '../runtimes/runtimes';
import { createSnapshotStore, type SnapshotStore } from '../snapshots/snapshotStore';

export interface ManagerDeps {
  platform: Omit<Platform, 'database' | 'engines' | 'close'> & Partial<Pick<Platform, 'engines'>>;
  settings: ModelSettingsStore;
  /** The downloads that the next start goes on with; by default it goes on with none. */
  downloads?: BegunDownloadStore;
  /** A registry is followed while the manager runs: see `followRegistry.ts`. */
  models: readonly LlmModelConfig[] | Registry;
  /** In [0, 1); spreads retries. */
  random: () => number;
  /** Whether a download waits for room on a full disk, as an app does; true by default. */
  waitsForSpace?: boolean;
  /** How finely transfers are divided; the best measured sizes by default. */
  sizes?: TransferSizes;
  /** See `permitDownload.ts`; by default every model may be downloaded. */
  mayDownload?: MayDownload;
}

export interface ManagerParts {
  files: FileStore;
  downloader: Downloader;
  digester: Digester;
  peers: Peers;
  host: Host;
  runtimes: RuntimeChoice;
  runtimeOf: RuntimeOf;
  hubEndpoint: string;
  settings: ModelSettingsStore;
  notes: DownloadNotes;
  registry: Registry;
  /** The models in the registry that consist of files on this host. */
  modelsInFiles(): readonly LlmModelConfig[];
  tools: DownloadTools & Pick<Platform, 'ranges'>;
  rateLimit: RateLimit;
  snapshots: SnapshotStore;
  tell(message: PeerMessage): void;
  mayDownload: MayDownload | undefined;
  /** Reads a model's state from the disk and publishes it, with the used and free storage. */
  refresh(config: LlmModelConfig): Promise<ModelState>;
  refreshStorage(): Promise<void>;
}

export function createManagerParts(deps: ManagerDeps): ManagerParts {
  const { platform, settings, random, downloads = createUnkeptBegunDownloads() } = deps;
  const { files, digester, downloader, peers, host, clock, environment } = platform;
  const runtimes = createRuntimeChoice(host.runtimes);
  const runtimeOf = runtimes.of;
  const { hubEndpoint } = environment;
  const registry = toRegistry(deps.models);
  const snapshots = createSnapshotStore(clock, initialSnapshot(registry.getModels(), runtimeOf));

  async function refreshStorage(): Promise<void> {
    const entries = await files.list('');
    const kept = await listKept(files, entries);
    const free = await files.freeBytes();
    const homes = await readHomes(files);
    const isOurs = besides(homes, '');
    const givingWay = keptBytes(kept.filter(({ folderName }) => isOurs(folderName)));
    const usedBytes = occupiedBytes(entries.filter(({ path }) => isOurs(path))) - givingWay;
    const freeBytes = free === undefined ? undefined : free + givingWay;
    snapshots.set({ storage: { usedBytes, freeBytes }, kept, homes });
  }

  function onGivenWay(): void {
    // What is shown is read again with the next change, where the disk can't be read now.
    void refreshStorage().catch(() => undefined);
  }

  const notes = createDownloadNotes(downloads, clock);
  const queue = createTransferQueue();
  const rateLimit = createRateLimit(downloader);
  const tools: ManagerParts['tools'] = {
    ...platform,
    hubEndpoint,
    random,
    queue,
    space: createSpace({ clock, files, peers, onGivenWay }),
    waitsForSpace: deps.waitsForSpace ?? true,
    sizes: deps.sizes ?? TRANSFER_SIZES,
    connectionShare: (connections) => rateLimit.share(connections, queue.active()),
  };

  return {
    files,
    downloader,
    digester,
    peers,
    host,
    runtimes,
    runtimeOf,
    hubEndpoint,
    settings,
    notes,
    registry,
    modelsInFiles: () =>
      registry.getModels().filter((config) => TRAITS[runtimeOf(config)].hasFiles),
    tools,
    rateLimit,
    snapshots,
    refreshStorage,
    mayDownload: deps.mayDownload,
    tell(message) {
      peers.send(message);
    },
    async refresh(config) {
      await runtimes.look(files, [config]);
      const { modelId } = config;
      const read = await readModelState({ ...tools, runtimeOf }, config);
      const dated = await notes.withPauses(new Map([[modelId, read]]));
      const state = dated.get(modelId) ?? read;
      snapshots.setState(modelId, state, 'now');
      await refreshStorage();
      return state;
    },
  };
}

function initialSnapshot(models: readonly LlmModelConfig[], runtimeOf: RuntimeOf): ManagerSnapshot {
  const states: Record<string, ModelState> = {};
  for (const config of models) {
    states[config.modelId] = stateWithoutFiles(config, runtimeOf(config));
  }
  return {
    started: false,
    states,
    storage: { usedBytes: 0, freeBytes: undefined },
    kept: [],
    homes: {},
    moves: {},
    persistent: undefined,
    rateLimit: undefined,
    wifiOnly: false,
  };
}
