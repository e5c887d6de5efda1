/** The composition root of the app: the one place that builds the app's parts and passes them to each other. */
import '../lib/components/app/global.css';
import { toFailure } from 'modelshelf';
import type { ModelFailure } from 'modelshelf';
import { closedShelf, createDoctor, createStartDoctor, startModelApp } from 'modelshelf/app';
import type { ClosedModel, Doctor, ModelApp } from 'modelshelf/app';
import { createExpoPlatform, readDeviceFacts, readDeviceOffer } from 'modelshelf/expo';
import {
  AccessProvider,
  BenchmarkProvider,
  ComparisonProvider,
  ConversationProvider,
  DoctorProvider,
  ImportProvider,
  LLMProvider,
  ModelHubProvider,
  ModelProvider,
  PreferencesProvider,
  RunningDownloadsProvider,
  ShelfProvider,
} from 'modelshelf/react';
import { startTransition, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { useColorScheme } from 'react-native';
import { PaperProvider } from 'react-native-paper';
import { BenchmarkNotices } from '../lib/components/benchmarks/BenchmarkNotices';
import { DownloadNotifications } from '../lib/components/app/DownloadNotifications';
import { EngineNotices } from '../lib/components/app/EngineNotices';
import { PageBar } from '../lib/components/app/PageBar';
import { PhoneFeel } from '../lib/components/app/PhoneFeel';
import { RouterNavigation } from '../lib/components/app/RouterNavigation';
import { ScreenFailed } from '../lib/components/app/ScreenFailed';
import { Screens } from '../lib/components/app/Screens';
import { Shell } from '../lib/components/app/Shell';
import { StartFailed, Starting } from '../lib/components/app/StartScreen';
import { useLanguage } from '../lib/components/app/useLanguage';
import { Notices } from '../lib/components/notices/Notices';
import { paperIcon } from '../lib/components/ui/icons';
import { darkTheme, lightTheme } from '../lib/components/ui/theme';
import { forgottenWords } from '../lib/components/words/words';

type Start =
  | { kind: 'starting' }
  | { kind: 'started'; app: ModelApp }
  | { kind: 'failed'; failure: ModelFailure; doctor: Doctor; offered: readonly ClosedModel[] };

export const unstable_settings = { screenErrorBoundary: ScreenFailed };

export default function RootLayout() {
  const theme = useColorScheme() === 'dark' ? darkTheme : lightTheme;
  const start = useStart();
  const language = useLanguage(useChosenLanguage(start));
  if (language === undefined) return null;
  return (
    <PaperProvider theme={theme} settings={{ icon: paperIcon }}>
      <RunningDownloadsProvider shelf={start.kind === 'started' ? start.app.shelf : undefined}>
        <RouterNavigation>
          <Shell ready={start.kind === 'started'}>
            {start.kind === 'starting' ? <Starting /> : null}
            {start.kind === 'failed' ? <StartFailed {...start} /> : null}
            {start.kind === 'started' ? <Started app={start.app} language={language.tag} /> : null}
          </Shell>
        </RouterNavigation>
      </RunningDownloadsProvider>
    </PaperProvider>
  );
}

function Started({ app, language }: { app: ModelApp; language: string }) {
  const [services] = useState(() => servicesOf(app));
  const catalogProblems = useSyncExternalStore(app.catalog.subscribe, app.catalog.getProblems);
  const model = useMemo(
    () => ({ ...services.model, catalogProblems }),
    [services, catalogProblems],
  );
  return (
    <ShelfProvider shelf={app.shelf}>
      <AccessProvider services={services.access}>
        <ModelProvider services={model}>
          <LLMProvider services={services.llm}>
            <PreferencesProvider preferences={app.preferences}>
              <BenchmarkProvider services={services.measuring}>
                <ConversationProvider conversations={app.conversations}>
                  <ImportProvider>
                    <ModelHubProvider hub={app.loadHub}>
                      <Notices first={app.hasForgotten ? forgottenWords() : undefined}>
                        <BenchmarkNotices />
                        <EngineNotices />
                        <DownloadNotifications />
                        <DoctorProvider doctor={services.doctor}>
                          {/* The key: each text on them is another one in another language. */}
                          <ComparisonProvider comparison={app.comparison}>
                            <Screens key={language} />
                          </ComparisonProvider>
                        </DoctorProvider>
                        <PhoneFeel />
                        <PageBar />
                      </Notices>
                    </ModelHubProvider>
                  </ImportProvider>
                </ConversationProvider>
              </BenchmarkProvider>
            </PreferencesProvider>
          </LLMProvider>
        </ModelProvider>
      </AccessProvider>
    </ShelfProvider>
  );
}

/** The same objects as long as the app runs: the providers bind the values that change. */
function servicesOf(app: ModelApp) {
  const { access, gates, selection, llm, benchmarks, smokeTests } = app;
  const { host, manager, registry } = app.shelf;
  return {
    model: { host, models: registry, manager, selection },
    access: { access, gates, hubEndpoint: app.platform.environment.hubEndpoint },
    doctor: createDoctor(app.platform),
    llm,
    measuring: { benchmarks, smokeTests, engineOf: llm.engineOf },
  };
}

/** What the person has chosen once that is known; the system's language before. */
function useChosenLanguage(start: Start): string {
  const preferences = start.kind === 'started' ? start.app.preferences : undefined;
  return useSyncExternalStore(
    preferences?.subscribe ?? neverChanges,
    () => preferences?.getSnapshot().language ?? 'system',
  );
}

const neverChanges = () => () => undefined;

/** Both halves of a start in one task would block a page for longer. */
const inNextTask = <T,>(value: T) =>
  new Promise<T>((resolve) => {
    setTimeout(() => resolve(value));
  });

function useStart(): Start {
  const [start, setStart] = useState<Start>({ kind: 'starting' });
  useEffect(() => {
    const building = createExpoPlatform()
      .then(inNextTask)
      .then((platform) => startModelApp(platform, { random: Math.random }));
    building.then(
      // In slices: the first screen is the longest that the app ever renders at once.
      (app) => startTransition(() => setStart({ kind: 'started', app })),
      async (error: unknown) => {
        const failure = toFailure(error);
        const doctor = createStartDoctor(readDeviceFacts, failure.code);
        const offered = await closedShelf(readDeviceOffer, failure);
        setStart({ kind: 'failed', failure, doctor, offered });
      },
    );
    return () => {
      // If the start failed, there is nothing to close.
      building.then((app) => app.close()).catch(() => undefined);
    };
  }, []);
  return start;
}
