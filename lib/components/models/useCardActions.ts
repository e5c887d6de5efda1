/** The actions of the cards' buttons: they call the providers, and report outcomes as notices. */
import { reloadAppAsync } from 'expo';
import { useRouter } from 'expo-router';
import { useMemo } from 'react';
import { Linking } from 'react-native';
import { useBenchmarks } from '../../ai/measure/BenchmarkProvider';
import { useLLM } from '../../ai/LLMProvider';
import { useModel } from '../../ai/ModelProvider';
import type { CardActions } from './cardButtons';
import { useNotices } from '../notices/Notices';

type ScreenActions = Pick<
  CardActions,
  'freeSpace' | 'askRemoval' | 'askTooLarge' | 'showDetails' | 'showSettings'
>;

/** The same object as long as `screen` is the same, so that a snapshot renders only the cards that changed. */
export function useCardActions(screen: ScreenActions): CardActions {
  const { download, repair, pause, cancel, reloadModel } = useModel();
  const { preload } = useLLM();
  const { run } = useBenchmarks();
  const { tell, tellFailure } = useNotices();
  const router = useRouter();
  return useMemo<CardActions>(
    () => ({
      download: (config) => void download(config).catch(tellFailure),
      repair: (config) => void repair(config).catch(tellFailure),
      pause: (config) => pause(config),
      cancel: (config) => void cancel(config).catch(tellFailure),
      select(config) {
        const told = () => tell(`${config.displayName} is selected`);
        reloadModel(config).then(told, tellFailure);
      },
      keepReady(config) {
        const told = () => tell(`${config.displayName} is in memory, ready to answer`);
        preload(config).then(told, tellFailure);
      },
      benchmark(config) {
        void run([config]);
        router.push('/settings/benchmarks');
      },
      openPage: (config) => void Linking.openURL(config.huggingFaceUrl),
      openChat: () => router.push('/'),
      reload: () => void reloadAppAsync(),
      ...screen,
    }),
    [download, repair, pause, cancel, reloadModel, preload, run, tell, tellFailure, router, screen],
  );
}
