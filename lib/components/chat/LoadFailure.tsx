/** Shown when a model didn't load: the reason and the possible remedies. */
import type { PropsWithChildren } from 'react';
import { StyleSheet, View } from 'react-native';
import { findModel } from '../../ai/modelConfig';
import type { LlmModelConfig } from '../../ai/modelConfig';
import { useManagerSnapshot, useModel } from '../../ai/ModelProvider';
import { useShelf } from '../../ai/shelf/ShelfProvider';
import { ERROR_TRAITS } from '../../errors';
import type { ModelFailure } from '../../errors';
import { Button, LinkButton } from '../ui/Button';
import { Notice } from '../ui/Notice';
import { useNotices } from '../notices/Notices';
import { findSmallerModel } from './smallerModel';
import { space } from '../ui/theme';
import { describeFailure } from '../words/failureWords';
import { t } from '../words/language';
import { formatAboutBytes } from '../words/words';

interface LoadFailureProps {
  /** Not always the selected model: the app may have been killed while another one was being selected. */
  modelId: string;
  failure: ModelFailure;
  /** Loads the selected model. */
  onRetry: () => void;
}

export function LoadFailure({ modelId, failure, onRetry }: LoadFailureProps) {
  const { models, currentConfig } = useModel();
  const failed = findModel(models, modelId);
  const interrupted = failure.code === 'LOAD_INTERRUPTED';
  const { title, detail } = describeFailure(failure);
  return (
    <View role="alert" style={styles.place}>
      <Notice
        tone={interrupted ? 'warm' : 'error'}
        icon="warning"
        title={interrupted ? interruptedTitle(failed) : title}
        text={detail}
      >
        <View style={styles.actions}>
          {failed && failed.modelId !== currentConfig.modelId ? (
            <OtherFailed failed={failed} onRetry={onRetry} />
          ) : (
            <SelectedFailed failure={failure} onRetry={onRetry} />
          )}
        </View>
      </Notice>
    </View>
  );
}

function interruptedTitle(failed: LlmModelConfig | undefined): string {
  if (failed === undefined) return t('The app ended while a model was loading');
  return t('The app ended while {name} was loading', { name: failed.displayName });
}

/** The remedies for a failed model that isn't the selected one. */
function OtherFailed({ failed, onRetry }: { failed: LlmModelConfig; onRetry: () => void }) {
  const { currentConfig } = useModel();
  return (
    <>
      <Button
        label={t('Use {name}', { name: currentConfig.displayName })}
        tone="filled"
        onPress={onRetry}
      />
      <SelectButton config={failed} label={t('Load {name} again', { name: failed.displayName })} />
    </>
  );
}

function SelectedFailed({ failure, onRetry }: Pick<LoadFailureProps, 'failure' | 'onRetry'>) {
  const { currentConfig } = useModel();
  const { remedy } = ERROR_TRAITS[failure.code];
  const { withdrawals } = useShelf();
  const { tellFailure } = useNotices();
  const hopeless = remedy === 'none';
  const label = failure.code === 'LOAD_INTERRUPTED' ? t('Load it again') : t('Try again');
  if (remedy === 'use-anyway') {
    const use = () =>
      void withdrawals.useAnyway(currentConfig.modelId).then(onRetry).catch(tellFailure);
    return (
      <SmallerModelOr modelId={currentConfig.modelId}>
        <Button label={t('Use anyway')} onPress={use} />
      </SmallerModelOr>
    );
  }
  // The cause isn't this model, so another model would fail as well.
  if (remedy === 'reload')
    return <Button label={label} icon="retry" tone="filled" onPress={onRetry} />;
  return (
    <SmallerModelOr modelId={currentConfig.modelId}>
      {hopeless ? null : <Button label={label} icon="retry" onPress={onRetry} />}
    </SmallerModelOr>
  );
}

/** `children` are further remedies. */
function SmallerModelOr({ modelId, children }: PropsWithChildren<{ modelId: string }>) {
  const { models, runtimeOf } = useModel();
  const states = useManagerSnapshot((snapshot) => snapshot.states);
  const shelf = { models, states, runtimeOf };
  const smaller = findSmallerModel(shelf, modelId);
  if (smaller === undefined) {
    return (
      <>
        <LinkButton label={t('Choose another model')} tone="filled" href="/settings/models" />
        {children}
      </>
    );
  }
  const { config, installed, sizeBytes } = smaller;
  return (
    <>
      {installed ? (
        <SelectButton
          config={config}
          label={t('Use {name}', { name: config.displayName })}
          filled
        />
      ) : (
        <LinkButton
          label={t('Get {name}, {size}', {
            name: config.displayName,
            size: formatAboutBytes(sizeBytes),
          })}
          tone="filled"
          href="/settings/models"
        />
      )}
      {children}
      <LinkButton label={t('All models')} tone="quiet" href="/settings/models" />
    </>
  );
}

interface SelectButtonProps {
  config: LlmModelConfig;
  label: string;
  filled?: true;
}

function SelectButton({ config, label, filled }: SelectButtonProps) {
  const { reloadModel } = useModel();
  const { tellFailure } = useNotices();
  return (
    <Button
      label={label}
      {...(filled && { tone: 'filled' })}
      onPress={() => void reloadModel(config).catch(tellFailure)}
    />
  );
}

const styles = StyleSheet.create({
  place: { paddingHorizontal: space.l, paddingBottom: space.s },
  actions: { flexDirection: 'row', flexWrap: 'wrap', gap: space.s, paddingTop: space.s },
});
