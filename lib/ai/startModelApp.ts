/** Builds the core over a platform and starts it; the app, and its tests without a screen, run on it. */
import { migrate } from '../db/migrations';
import { createModelSettings } from '../db/modelSettings';
import { createPreferenceStore } from '../db/preferences';
import type { Platform } from '../platform/types';
import { createBenchmarkStore } from '../db/benchmarks';
import { createChatStore } from '../db/chats';
import { beginWithSelected } from './engine/beginWithSelected';
import { createBenchmarks } from './measure/benchmarks';
import type { Benchmarks } from './measure/benchmarks';
import { createConversations } from './chat/conversations';
import type { Conversations } from './chat/conversations';
import { createLlm } from './engine/createLlm';
import type { Llm } from './engine/createLlm';
import { loadModels } from './registry/loadModels';
import type { LoadedModels } from './registry/loadModels';
import { startMemoryRelief } from './engine/memoryRelief';
import { registryFor, selectedModel } from './modelConfig';
import type { LlmModelConfig } from './modelConfig';
import { createModelManager } from './modelManager';
import type { ModelManager } from './modelManager';
import { createModelSelection } from './engine/modelSelection';
import type { ModelSelection } from './engine/modelSelection';
import { createPreferences } from './settings/preferences';
import type { Preferences } from './settings/preferences';
import { startSmokeTests } from './measure/smokeTests';
import type { SmokeTests } from './measure/smokeTests';
import { withUnlisted } from './manage/unlistedModels';

export interface ModelApp extends LoadedModels {
  platform: Platform;
  manager: ModelManager;
  selection: ModelSelection;
  llm: Llm;
  preferences: Preferences;
  benchmarks: Benchmarks;
  smokeTests: SmokeTests;
  conversations: Conversations;
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

/**
 * Resolves when the disk has been read and the database agrees with it; the selected model may still be loading.
 * @throws ModelError STORAGE_UNAVAILABLE, DB_FAILED, DB_TOO_NEW
 */
export async function startModelApp(
  platform: Platform,
  options: ModelAppOptions,
): Promise<ModelApp> {
  const { host, files, peers, database, clock } = platform;
  const { random, offered = loadModels(platform.environment, registryFor(host.runtimes)) } =
    options;
  const models = await withUnlisted(files, offered.models);
  await migrate(database);
  const hasForgotten = await database.wasReset();
  const settings = createModelSettings(database);
  const manager = createModelManager({ platform, settings, models, random });
  const llm = createLlm(platform, manager);
  const { session, engineOf } = llm;
  const preferences = createPreferences(createPreferenceStore(database));
  const selection = createModelSelection({ manager, settings, peers, session, models });
  const conversations = createConversations(createChatStore(database), clock);
  const measureParts = { session, engineOf, host, clock };
  const benchmarks = createBenchmarks({ ...measureParts, store: createBenchmarkStore(database) });
  await Promise.all([manager.start(), llm.start(), preferences.start(), benchmarks.start()]);
  await selection.start();
  const selected = () => selectedModel(models, selection.getSelectedModelId());
  const prepare = () => session.load(selected());
  const stopRelief = startMemoryRelief({ host, clock, session, prepare });
  const smokeTests = startSmokeTests({
    ...{ ...measureParts, peers, models, manager, preferences, benchmarks },
    isWorthTrying: (config) => fitsHere(llm, config),
  });
  await beginWithSelected({ llm, manager, preferences, selected: selected() });
  return {
    ...{ ...offered, models },
    ...{ platform, manager, selection, llm, preferences, benchmarks, smokeTests, conversations },
    hasForgotten,
    async close() {
      stopRelief();
      smokeTests.close();
      benchmarks.cancel();
      selection.close();
      await session.close();
      await conversations.close();
      await manager.close();
      await platform.close();
    },
  };
}

function fitsHere({ memory, choices }: Llm, config: LlmModelConfig): boolean {
  return memory.fitOf(config, choices.settingsOf(config).contextTokens) !== 'too-large';
}
