/** The actions of the cards' buttons: they call the providers, and report outcomes as notices. */
import { useMemo } from 'react';
import { Linking } from 'react-native';
import { useOptionalBenchmarks } from '../../ai/measure/BenchmarkProvider';
import { useOptionalLLM } from '../../ai/LLMProvider';
import { useModels, useSelectedModel } from '../../ai/ModelProvider';
import type { LlmModelConfig } from '../../ai/modelConfig';
import type { ModelState } from '../../ai/modelState';
import { pageOf } from '../../ai/registry/modelPage';
import { useShelf } from '../../ai/shelf/ShelfProvider';
import type { Updates } from '../../ai/updates/updates';
import { CHOSEN, isModelError } from '../../errors';
import type { CardActions } from './cardButtons';
import { useNotices } from '../notices/Notices';
import { useNavigation } from '../ui/navigation';
import { t } from '../words/language';

interface Reporting {
  updates: Updates;
  tell: (text: string) => void;
  tellFailure: (error: unknown) => void;
}

/** A failure of an update is on the card, because it comes when a person may be elsewhere. */
function versionActions({ updates, tell, tellFailure }: Reporting, screen: ScreenActions) {
  return {
    update({ modelId, displayName }: LlmModelConfig) {
      const told = () => tell(t('{name} is updated', { name: displayName }));
      updates.update(modelId).then(told, (error: unknown) => {
        const isLicense = isModelError(error) && error.code === 'LICENSE_UNACCEPTED';
        const stated = updates.getSnapshot().updates[modelId]?.config;
        if (isLicense && stated) screen.readLicense(stated);
      });
    },
    pauseUpdate: ({ modelId }: LlmModelConfig) => updates.pause(modelId),
    goBack({ modelId, displayName }: LlmModelConfig) {
      const told = () => tell(t('{name} is back at the version before', { name: displayName }));
      updates.goBack(modelId).then(told, tellFailure);
    },
    hold({ modelId }: LlmModelConfig) {
      updates.hold(modelId, CHOSEN).catch(tellFailure);
    },
    release({ modelId }: LlmModelConfig) {
      updates.release(modelId).catch(tellFailure);
    },
  };
}

type ScreenActions = Pick<
  CardActions,
  | ('freeSpace' | 'askRemoval' | 'askCancel' | 'askTooLarge' | 'showDetails' | 'showSettings')
  | ('readLicense' | 'askForgetting' | 'askWithdrawn' | 'move')
>;

const NO_ROUTES = { open: undefined, reload: undefined };

/**
 * The same object as long as `screen` is the same, so that a snapshot renders only the cards that changed. The actions
 * that need a selection, an engine, benchmarks or routes are absent where no provider supplies these.
 */
export function useCardActions(screen: ScreenActions): CardActions {
  const { download, repair, pause, cancel, runtimeOf } = useModels();
  const reloadModel = useSelectedModel()?.reloadModel;
  const preload = useOptionalLLM()?.preload;
  const run = useOptionalBenchmarks()?.run;
  const { forget, updates, manager, forgetCopy, cancelMove } = useShelf();
  const { tell, tellFailure } = useNotices();
  const { open, reload } = useNavigation() ?? NO_ROUTES;
  return useMemo<CardActions>(
    () => {
      const withdrawnOr = (config: LlmModelConfig, error: unknown) => {
        if (isModelError(error) && error.code === 'MODEL_WITHDRAWN') screen.askWithdrawn(config);
        else tellFailure(error);
      };
      return {
        download(config) {
          download(config).catch((error: unknown) => {
            if (isModelError(error) && error.code === 'LICENSE_UNACCEPTED')
              screen.readLicense(config);
            else withdrawnOr(config, error);
          });
        },
        repair: (config) => void repair(config).catch(tellFailure),
        forget(config) {
          const told = () => tell(t('{name} is forgotten', { name: config.displayName }));
          forget(config.modelId).then(told, tellFailure);
        },
        ...versionActions({ updates, tell, tellFailure }, screen),
        look(config) {
          const told = (state: ModelState) => {
            if (state.kind === 'disconnected') tell(t('It isn’t connected'));
          };
          manager.look(config).then(told, tellFailure);
        },
        cancelMove: ({ modelId }) => void cancelMove(modelId).catch(tellFailure),
        giveUp: ({ modelId }) => void forgetCopy(modelId).catch(tellFailure),
        pause: (config) => pause(config),
        cancel: (config) => void cancel(config).catch(tellFailure),
        select:
          reloadModel &&
          ((config) => {
            const told = () => tell(t('{name} is selected', { name: config.displayName }));
            reloadModel(config).then(told, (error: unknown) => withdrawnOr(config, error));
          }),
        keepReady:
          preload &&
          ((config) => {
            const told = () =>
              tell(t('{name} is in memory, ready to answer', { name: config.displayName }));
            preload(config).then(told, tellFailure);
          }),
        benchmark:
          run &&
          open &&
          ((config) => {
            void run([config]);
            open('/settings/benchmarks');
          }),
        openPage(config) {
          const page = pageOf(config, runtimeOf(config));
          if (page !== undefined) void Linking.openURL(page);
        },
        openChat: open && (() => open('/')),
        reload,
        ...screen,
      };
    },
    // prettier-ignore
    [download, repair, pause, cancel, runtimeOf, reloadModel, preload, run, forget, updates, tell, tellFailure, open, reload, screen, manager, forgetCopy, cancelMove],
  );
}
