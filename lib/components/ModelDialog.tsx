/** The dialogs of one model on the model screen. */
import { useOptionalLLM } from '../ai/LLMProvider';
import type { LlmModelConfig } from '../ai/modelConfig';
import {
  useAddedModels,
  useManagerSnapshot,
  useModelState,
  useModels,
  useModelsWhere,
  useSelectedModel,
} from '../ai/ModelProvider';
import { useShelf } from '../ai/shelf/ShelfProvider';
import { GenerationSettingsDialog } from './generation/GenerationSettingsDialog';
import { CancelDialog } from './dialogs/CancelDialog';
import { DetailsDialog } from './dialogs/DetailsDialog';
import { ForgetDialog } from './dialogs/ForgetDialog';
import { MoveDialog } from './dialogs/MoveDialog';
import { LicenseDialog } from './dialogs/LicenseDialog';
import { RemoveDialog } from './dialogs/RemoveDialog';
import { TooLargeDialog } from './dialogs/TooLargeDialog';
import { WithdrawnDialog } from './dialogs/WithdrawnDialog';
import { countBytes, isInstalled } from './models/shelf';
import { useNotices } from './notices/Notices';
import { t } from './words/language';

export interface OpenDialog {
  kind:
    | ('cancel' | 'details' | 'remove' | 'settings' | 'too-large' | 'license' | 'forget')
    | ('withdrawn' | 'move');
  config: LlmModelConfig;
}

interface ModelDialogProps {
  dialog: OpenDialog;
  /** With the id of a model whose files were removed. */
  onClose: (removedId: string | undefined) => void;
}

export function ModelDialog({ dialog, onClose }: ModelDialogProps) {
  const { host, buildChoiceOf, cancel, download, verify, repair } = useModels();
  const { tell, tellFailure } = useNotices();
  const { models: added } = useAddedModels();
  const llm = useOptionalLLM();
  const { config } = dialog;
  const state = useModelState(config.modelId);
  const close = () => onClose(undefined);
  const begin = () => void download(config).catch(tellFailure);
  if (dialog.kind === 'remove') return <RemovalOf config={config} onClose={onClose} />;
  if (dialog.kind === 'cancel') {
    return (
      <CancelDialog
        config={config}
        receivedBytes={countBytes(state)}
        onCancel={() => void cancel(config).catch(tellFailure)}
        onClose={close}
      />
    );
  }
  if (dialog.kind === 'license') {
    return (
      <LicenseDialog
        config={config}
        onAccepted={() => {
          close();
          begin();
        }}
        onClose={close}
      />
    );
  }
  if (dialog.kind === 'withdrawn') return <Withdrawn config={config} onClose={close} />;
  if (dialog.kind === 'move') return <Moving config={config} onClose={close} />;
  if (dialog.kind === 'forget') return <Forgetting config={config} onClose={close} />;
  if (dialog.kind === 'settings') {
    return (
      <GenerationSettingsDialog
        config={config}
        onClose={(saved) => {
          if (saved) tell(t('The settings of {name} are saved', { name: config.displayName }));
          onClose(undefined);
        }}
      />
    );
  }
  if (dialog.kind === 'too-large') {
    return (
      <TooLargeDialog
        config={config}
        needBytes={llm?.memoryNeedOf(config)}
        onDownload={begin}
        onClose={close}
      />
    );
  }
  return (
    <DetailsDialog
      config={config}
      state={state}
      host={host}
      choice={buildChoiceOf(config)}
      added={added.find(({ model }) => model.modelId === config.modelId)}
      verify={verify}
      repair={() => {
        onClose(undefined);
        repair(config).catch(tellFailure);
      }}
      onClose={close}
    />
  );
}

function Withdrawn({ config, onClose }: { config: LlmModelConfig; onClose: () => void }) {
  const { download } = useModels();
  const { withdrawals } = useShelf();
  const { tellFailure } = useNotices();
  const selection = useSelectedModel();
  const { kind } = useModelState(config.modelId);
  return (
    <WithdrawnDialog
      config={config}
      isHere={kind === 'installed'}
      onUse={() => {
        const use = () =>
          kind === 'installed' ? selection?.reloadModel(config) : download(config);
        withdrawals.useAnyway(config.modelId).then(use).catch(tellFailure);
      }}
      onClose={onClose}
    />
  );
}

function Moving({ config, onClose }: { config: LlmModelConfig; onClose: () => void }) {
  const { modelId, folderName, displayName: name } = config;
  const { move, places } = useShelf();
  const { tell, tellFailure } = useNotices();
  const at = useManagerSnapshot(({ homes }) => homes[folderName]?.at ?? '');
  const told = () => tell(t('{name} is moved', { name }));
  return (
    <MoveDialog
      {...{ config, at, onClose }}
      listPlaces={places?.list ?? noPlaces}
      move={(to) => void move(modelId, to).then(told, tellFailure)}
    />
  );
}

const noPlaces = () => Promise.resolve([]);

function Forgetting({ config, onClose }: { config: LlmModelConfig; onClose: () => void }) {
  const { deleteModel } = useModels();
  const { forget } = useShelf();
  const { tell } = useNotices();
  const sizeBytes = countBytes(useModelState(config.modelId));
  const followers = useFollowers(config);
  return (
    <ForgetDialog
      config={config}
      sizeBytes={sizeBytes}
      followers={followers}
      forget={async () => {
        // Also unloads it, and selects another model where it was selected.
        if (sizeBytes > 0) await deleteModel(config, { canComeBack: false });
        await forget(config.modelId);
        tell(t('{name} is forgotten', { name: config.displayName }));
      }}
      onClose={onClose}
    />
  );
}

interface RemovalProps extends Pick<ModelDialogProps, 'onClose'> {
  config: LlmModelConfig;
}

function RemovalOf({ config, onClose }: RemovalProps) {
  const { deleteModel } = useModels();
  const state = useModelState(config.modelId);
  const selection = useSelectedModel();
  const followers = useFollowers(config);
  return (
    <RemoveDialog
      config={config}
      sizeBytes={countBytes(state)}
      followers={followers}
      remove={async (removed, next) => {
        if (next !== undefined) await selection?.reloadModel(next);
        await deleteModel(removed);
      }}
      onClose={(removed) => onClose(removed ? config.modelId : undefined)}
    />
  );
}

/** The models that could be selected in place of this one; undefined unless it is the selected one. */
function useFollowers({ modelId }: LlmModelConfig): readonly LlmModelConfig[] | undefined {
  const { kind } = useModelState(modelId);
  const isSelected = useSelectedModel()?.selectedModelId === modelId && kind === 'installed';
  const installed = useModelsWhere(isInstalled);
  return isSelected ? installed.filter((other) => other.modelId !== modelId) : undefined;
}
