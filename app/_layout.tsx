/** The composition root of the app: the one place where its parts are built and given to each other. */
import '../lib/components/global.css';
import { Slot } from 'expo-router';
import { useEffect, useState } from 'react';
import { useColorScheme } from 'react-native';
import { PaperProvider } from 'react-native-paper';
import { ConversationProvider } from '../lib/ai/ConversationProvider';
import { createConversations } from '../lib/ai/conversations';
import type { Conversations } from '../lib/ai/conversations';
import { LLMProvider } from '../lib/ai/LLMProvider';
import type { LlmServices } from '../lib/ai/LLMProvider';
import { beginWithSelected } from '../lib/ai/beginWithSelected';
import { createLlm } from '../lib/ai/createLlm';
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
import { Notices } from '../lib/components/Notices';
import { Shell } from '../lib/components/Shell';
import { StartFailed, Starting } from '../lib/components/StartScreen';
import { paperIcon } from '../lib/components/icons';
import { darkTheme, lightTheme } from '../lib/components/theme';
import { createChatStore } from '../lib/db/chats';
import { migrate } from '../lib/db/migrations';
import { createModelSettings } from '../lib/db/modelSettings';
import { createPreferenceStore } from '../lib/db/preferences';
import { toFailure } from '../lib/errors';
import type { ModelFailure } from '../lib/errors';
import { createPlatform } from '../lib/platform';

interface App {
  services: ModelServices;
  llm: LlmServices;
  conversations: Conversations;
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

function Started({ services, llm, conversations }: App) {
  return (
    <ModelProvider services={services}>
      <LLMProvider services={llm}>
        <ConversationProvider conversations={conversations}>
          <Notices>
            <Slot />
          </Notices>
        </ConversationProvider>
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
  const { host, peers, database } = platform;
  await migrate(database);
  const settings = createModelSettings(database);
  const { models, problems } = loadModels(platform.environment);
  const manager = createModelManager({ platform, settings, models, random: Math.random });
  const llm = createLlm(platform, manager);
  const { session } = llm;
  const conversations = createConversations(createChatStore(database), platform.clock);
  const preferences = createPreferences(createPreferenceStore(database));
  const selection = createModelSelection({ manager, settings, peers, session, models });
  await Promise.all([manager.start(), llm.start(), preferences.start()]);
  await selection.start();
  const prepare = () => session.load(selectedConfig(models, selection));
  const stopRelief = startMemoryRelief({ host, clock: platform.clock, session, prepare });
  await beginWithSelected({
    llm,
    manager,
    preferences,
    selected: selectedConfig(models, selection),
  });
  return {
    services: { host, models, catalogProblems: problems, manager, selection },
    llm: { ...llm, engine: platform.engine },
    conversations,
    async close() {
      stopRelief();
      selection.close();
      await session.unload();
      await conversations.close();
      await manager.close();
      await platform.close();
    },
  };
}

function selectedConfig(
  models: readonly LlmModelConfig[],
  selection: ModelSelection,
): LlmModelConfig {
  return findModel(models, selection.getSelectedModelId()) ?? DEFAULT_MODEL;
}
