/** Builds the app's core on a shelf and starts it; the app, and its tests without a screen, run on it. */
import { createAccess } from './access/access';
import type { Access } from './access/access';
import { followGates } from './access/followGates';
import type { GateFollower } from './access/followGates';
import { createAcceptedCatalogStore } from '../db/acceptedCatalogs';
import { migrate } from '../db/migrations';
import { createPreferenceStore } from '../db/preferences';
import { watchSchema } from '../db/watchSchema';
import type { Platform } from '../platform/types';
import { createLookedAt } from '../db/modelVersions';
import { startAutomaticUpdates } from './updates/automaticUpdates';
import { createBenchmarkStore } from '../db/benchmarks';
import { createChatStore } from '../db/chats';
import { beginWithSelected } from './engine/beginWithSelected';
import { createBenchmarks } from './measure/benchmarks';
import type { Benchmarks } from './measure/benchmarks';
import { createCatalogFollower } from './catalogs/catalogFollower';
import type { CatalogFollower } from './catalogs/catalogFollower';
import { offeredModels } from './catalogs/offeredModels';
import { createComparison } from './compare/comparison';
import type { Comparison } from './compare/comparison';
import { createConversations } from './chat/conversations';
import type { Conversations } from './chat/conversations';
import { createRequestBudget } from './discover/requestBudget';
import type { WhenEngineFree } from './updates/updateStep';
import { followVersions } from './generation/followVersions';
import { createLlm } from './engine/createLlm';
import type { Llm } from './engine/createLlm';
import { createShelf } from './createShelf';
import type { Shelf } from './createShelf';
import { loadLater, type Later } from '../download/flow/loadLater';
import type { ModelHub, ModelHubParts } from './hub/modelHub';
import type { LoadedModels } from './registry/loadModels';
import type { Registry } from './registry/registry';
import { startMemoryRelief } from './engine/memoryRelief';
import { noteUses } from './engine/noteUses';
import { selectFirst } from './engine/selectFirst';
import { registryFor, selectedModel } from './modelConfig';
import type { LlmModelConfig } from './modelConfig';
import type { ModelManager } from './modelManager';
import { createModelSelection } from './engine/modelSelection';
import type { ModelSelection } from './engine/modelSelection';
import { createPreferences } from './settings/preferences';
import type { Preferences } from './settings/preferences';
import { startSmokeTests } from './measure/smokeTests';
import type { SmokeTests } from './measure/smokeTests';

export interface ModelApp {
  platform: Platform;
  /** The sign-in to the hub. */
  access: Access;
  gates: GateFollower;
  shelf: Shelf;
  /**
   * For adding models of the hub to the shelf; the same one each time. Its code is loaded by the first call.
   * @throws ModelError APP_INCOMPLETE
   */
  loadHub: () => Promise<ModelHub>;
  /** The shelf's. */
  registry: Registry;
  /** The shelf's. */
  manager: ModelManager;
  /** The entries of the catalog that can't be used; the others are in use. */
  catalogProblems: LoadedModels['problems'];
  /** Fetches the catalog of `AppEnvironment.catalogUrl`, as each start does. */
  catalog: CatalogFollower;
  selection: ModelSelection;
  llm: Llm;
  preferences: Preferences;
  benchmarks: Benchmarks;
  smokeTests: SmokeTests;
  conversations: Conversations;
  comparison: Comparison;
  /** Whether the database was damaged, so that this start begins with an empty one. */
  hasForgotten: boolean;
  /** Unloads models, stops transfers but keeps their bytes, and closes the platform. */
  close(): Promise<void>;
}

export interface ModelAppOptions {
  /** In [0, 1); spreads retries over time. */
  random: () => number;
  /** The models to offer; by default those of the registry and of the platform's catalog. */
  offered?: LoadedModels;
}

/** The catalog is checked against the last one that was accepted, so that its table has to be there. */
async function offeredHere(platform: Platform): Promise<LoadedModels> {
  const { host, database } = platform;
  if (platform.environment.catalogTrust !== undefined) await migrate(database);
  const store = createAcceptedCatalogStore(database);
  return offeredModels({ ...platform, store }, registryFor(host.runtimes));
}

function followCatalog(
  platform: Platform,
  registry: Registry,
  { problems }: LoadedModels,
): CatalogFollower {
  const store = createAcceptedCatalogStore(platform.database);
  const catalog = createCatalogFollower({ ...platform, registry, store, problems });
  // What goes wrong is told to whoever asks for it; a start without a network is nothing to report.
  catalog.refresh().catch(() => undefined);
  return catalog;
}

/**
 * Resolves when the disk has been read and the database agrees with it; the selected model may still be loading.
 * @throws ModelError STORAGE_UNAVAILABLE, DB_FAILED, DB_TOO_NEW
 */
export async function startModelApp(given: Platform, options: ModelAppOptions): Promise<ModelApp> {
  const platform: Platform = { ...given, database: watchSchema(given.database) };
  const { host, peers, database, clock } = platform;
  const { random, offered = await offeredHere(platform) } = options;
  const access = createAccess(platform);
  // Before the shelf, which continues downloads.
  await access.start();
  const requests = createRequestBudget(clock);
  // These are called later, once the parts below are there.
  const whenEngineFree: WhenEngineFree = (config, work) => session.whileEmpty(config, work);
  const isWorthTrying = (config: LlmModelConfig) =>
    preferences.getSnapshot().smokeTest && fitsHere(llm, config);
  const shelf = await createShelf({
    ...{ platform, models: offered.models, random, requests, whenEngineFree, isWorthTrying },
  });
  const { manager, registry, settings } = shelf;
  const gates = followGates({ access, manager, registry, platform });
  const catalog = followCatalog(platform, registry, offered);
  const hasForgotten = await database.wasReset();
  const llm = createLlm(platform, manager, shelf.withdrawals.checkLoad);
  const { session, engineOf } = llm;
  const preferences = createPreferences(createPreferenceStore(database));
  const selection = createModelSelection({ manager, settings, peers, session, models: registry });
  const chats = createChatStore(database);
  const conversations = createConversations(chats, clock);
  const { settingsOf } = llm.choices;
  const comparison = createComparison({ session, settingsOf, save: chats.save, clock });
  const measureParts = { session, engineOf, host, clock, versionOf: versionsOf(manager) };
  const benchmarks = createBenchmarks({ ...measureParts, store: createBenchmarkStore(database) });
  const hubParts = { memory: llm.memory, manager, registry, benchmarks };
  const hub = hubLater({ platform, random, requests, ...hubParts });
  await Promise.all([llm.start(), preferences.start(), benchmarks.start()]);
  await selection.start();
  const selected = () => selectedModel(registry.getModels(), selection.getSelectedModelId());
  const isWorthLoading = (config: LlmModelConfig) =>
    config.withdrawn === undefined && fitsHere(llm, config);
  const smokeTests = startSmokeTests({
    ...{ ...measureParts, peers, models: registry, manager, preferences, benchmarks },
    isWorthTrying: isWorthLoading,
  });
  const looking = { updates: shelf.updates, lookedAt: createLookedAt(database) };
  const stops = [
    startMemoryRelief({ host, clock, session, prepare: () => session.load(selected()) }),
    noteUses(session, shelf.marks),
    followVersions({ manager, registry, choices: llm.choices }),
    selectFirst({ manager, registry, selection, session, isWorthLoading }),
    startAutomaticUpdates({ ...looking, preferences, host, clock }),
  ];
  await beginWithSelected({ llm, manager, preferences, selected: selected() });
  return {
    ...{
      platform,
      access,
      gates,
      catalog,
      shelf,
      registry,
      manager,
      selection,
      llm,
      preferences,
      benchmarks,
      smokeTests,
    },
    ...{ conversations, comparison, hasForgotten, catalogProblems: offered.problems },
    loadHub: hub.load,
    async close() {
      gates.close();
      catalog.close();
      hub.find()?.close();
      access.close();
      for (const stop of stops) stop();
      smokeTests.close();
      benchmarks.cancel();
      comparison.stop();
      selection.close();
      await session.close();
      await conversations.close();
      await shelf.close();
    },
  };
}

function hubLater(parts: ModelHubParts): Later<ModelHub> {
  return loadLater('the hub', async () => {
    const { createModelHub } = await import('./hub/modelHub');
    return createModelHub(parts);
  });
}

function versionsOf(manager: ModelManager) {
  return ({ modelId }: LlmModelConfig): string | undefined => {
    const state = manager.getSnapshot().states[modelId];
    return state?.kind === 'installed' ? state.files[0]?.sha256 : undefined;
  };
}

function fitsHere({ memory, choices }: Llm, config: LlmModelConfig): boolean {
  return memory.fitOf(config, choices.settingsOf(config).contextTokens) !== 'too-large';
}
