/** The composition root of the app: the one place where its parts are built and given to each other. */
import '../lib/components/global.css';
import { Slot } from 'expo-router';
import { useEffect, useState } from 'react';
import { useColorScheme } from 'react-native';
import { PaperProvider } from 'react-native-paper';
import { BenchmarkProvider } from '../lib/ai/BenchmarkProvider';
import type { BenchmarkServices } from '../lib/ai/BenchmarkProvider';
import { ConversationProvider } from '../lib/ai/ConversationProvider';
import { LLMProvider } from '../lib/ai/LLMProvider';
import type { LlmServices } from '../lib/ai/LLMProvider';
import { beginWithSelected } from '../lib/ai/beginWithSelected';
import { createBenchmarks } from '../lib/ai/benchmarks';
import { createLlm } from '../lib/ai/createLlm';
import type { Llm } from '../lib/ai/createLlm';
import { loadModels } from '../lib/ai/loadModels';
import { createModelManager } from '../lib/ai/modelManager';
import { ModelProvider } from '../lib/ai/ModelProvider';
import type { ModelServices } from '../lib/ai/ModelProvider';
import { startMemoryRelief } from '../lib/ai/memoryRelief';
import { DEFAULT_MODEL, findModel } from '../lib/ai/modelConfig';
import type { LlmModelConfig } from '../lib/ai/modelConfig';
import { createModelSelection } from '../lib/ai/modelSelection';
import type { ModelSelection } from '../lib/ai/modelSelection';
import { createPreferences } from '../lib/ai/preferences';
import type { Preferences } from '../lib/ai/preferences';
import { PreferencesProvider } from '../lib/ai/PreferencesProvider';
import { startSmokeTests } from '../lib/ai/smokeTests';
import { BenchmarkNotices } from '../lib/components/BenchmarkNotices';
import { Notices } from '../lib/components/Notices';
import { Shell } from '../lib/components/Shell';
import { StartFailed, Starting } from '../lib/components/StartScreen';
import { paperIcon } from '../lib/components/icons';
import { darkTheme, lightTheme } from '../lib/components/theme';
import { createBenchmarkStore } from '../lib/db/benchmarks';
import { migrate } from '../lib/db/migrations';
import { createModelSettings } from '../lib/db/modelSettings';
import { createPreferenceStore } from '../lib/db/preferences';
import { toFailure } from '../lib/errors';
import type { ModelFailure } from '../lib/errors';
import { createPlatform } from '../lib/platform';

interface App {
  services: ModelServices;
  llm: LlmServices;
  measuring: BenchmarkServices;
  preferences: Preferences;
  close(): Promise<void>;
}

type Start =
  { kind: 'starting' } | { kind: 'started'; app: App } | { kind: 'failed'; failure: ModelFailure };

export default function RootLayout() {
  const theme = useColorScheme() === 'dark' ? darkTheme : lightTheme;
  const start = useStart();
  return (
    <PaperProvider theme={theme} settings={{ icon: paperIcon }}>
      <Shell ready={start.kind === 'started'}>
        {start.kind === 'starting' ? <Starting /> : null}
        {start.kind === 'failed' ? <StartFailed failure={start.failure} /> : null}
        {start.kind === 'started' ? <Started {...start.app} /> : null}
      </Shell>
    </PaperProvider>
  );
}

function Started({ services, llm, measuring, preferences }: App) {
  return (
    <ModelProvider services={services}>
      <LLMProvider services={llm}>
        <PreferencesProvider preferences={preferences}>
          <BenchmarkProvider services={measuring}>
            <ConversationProvider>
              <Notices>
                <BenchmarkNotices />
                <Slot />
              </Notices>
            </ConversationProvider>
          </BenchmarkProvider>
        </PreferencesProvider>
      </LLMProvider>
    </ModelProvider>
  );
}

function useStart(): Start {
  const [start, setStart] = useState<Start>({ kind: 'starting' });
  useEffect(() => {
    const building = buildApp();
    building.then(
      (app) => setStart({ kind: 'started', app }),
      (error: unknown) => setStart({ kind: 'failed', failure: toFailure(error) }),
    );
    return () => {
      // One that never came up has nothing to close.
      building.then((app) => app.close()).catch(() => undefined);
    };
  }, []);
  return start;
}

async function buildApp(): Promise<App> {
  const platform = await createPlatform();
  const { host, peers, database, engine, clock } = platform;
  await migrate(database);
  const settings = createModelSettings(database);
  const { models, problems } = loadModels(platform.environment);
  const manager = createModelManager({ platform, settings, models, random: Math.random });
  const llm = createLlm(platform, manager);
  const { session } = llm;
  const preferences = createPreferences(createPreferenceStore(database));
  const selection = createModelSelection({ manager, settings, peers, session, models });
  const measureParts = { session, engine, host, clock };
  const benchmarks = createBenchmarks({ ...measureParts, store: createBenchmarkStore(database) });
  await Promise.all([manager.start(), llm.start(), preferences.start(), benchmarks.start()]);
  await selection.start();
  const prepare = () => session.load(selectedConfig(models, selection));
  const stopRelief = startMemoryRelief({ host, clock, session, prepare });
  const smokeTests = startSmokeTests({
    ...{ ...measureParts, peers, models, manager, preferences, benchmarks },
    isWorthTrying: (config) => fitsHere(llm, config),
  });
  await beginWithSelected({
    llm,
    manager,
    preferences,
    selected: selectedConfig(models, selection),
  });
  return {
    services: { host, models, catalogProblems: problems, manager, selection },
    llm: { ...llm, engine },
    measuring: { benchmarks, smokeTests, engine },
    preferences,
    async close() {
      stopRelief();
      smokeTests.close();
      benchmarks.cancel();
      selection.close();
      await session.unload();
      await manager.close();
      await platform.close();
    },
  };
}

function fitsHere({ memory, choices }: Llm, config: LlmModelConfig): boolean {
  return memory.fitOf(config, choices.settingsOf(config).contextTokens) !== 'too-large';
}

function selectedConfig(
  models: readonly LlmModelConfig[],
  selection: ModelSelection,
): LlmModelConfig {
  return findModel(models, selection.getSelectedModelId()) ?? DEFAULT_MODEL;
}
