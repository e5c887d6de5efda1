/** Everything that is known about a model: its files, their sources, its requirements. */
import { useState } from 'react';
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import type { AddedModel } from '../../ai/added/addedRows';
import type { BuildChoice } from '../../ai/registry/buildChoice';
import { useOptionalLLM } from '../../ai/LLMProvider';
import type { LlmBinding } from '../../ai/LLMProvider';
import type { LlmModelConfig } from '../../ai/modelConfig';
import type { OnVerified } from '../../ai/modelManager';
import type { InstalledFile, ModelState } from '../../ai/modelState';
import { TRAITS } from '../../ai/runtimes/runtimes';
import { isAbortError, toFailure } from '../../errors';
import type { ModelFailure } from '../../errors';
import type { Host } from '../../platform/types';
import { Button } from '../ui/Button';
import { detailFacts, fileFacts } from './detailFacts';
import { Fact } from './Fact';
import { FileBox } from './FileBox';
import { Heading } from '../ui/Heading';
import { MarkFields } from './MarkFields';
import { UpdateFacts } from './UpdateFacts';
import { PageLink } from '../models/PageLink';
import { Notice } from '../ui/Notice';
import { Overlay } from '../ui/Overlay';
import { ProgressBar } from '../ui/ProgressBar';
import { space } from '../ui/theme';
import { describeFailure } from '../words/failureWords';
import { t, translated } from '../words/language';
import { checkedSentence, formatPercent, percentOf } from '../words/words';

interface DetailsDialogProps {
  config: LlmModelConfig;
  state: ModelState;
  host: Host;
  choice: BuildChoice;
  /** How and when a person added the model; undefined for one of the registry or of a catalog. */
  added: AddedModel | undefined;
  verify: (config: LlmModelConfig, onVerified: OnVerified) => Promise<void>;
  /** Downloads the damaged parts; the card shows the progress. */
  repair: () => void;
  onClose: () => void;
}

type Check =
  | { kind: 'none' }
  | { kind: 'running'; verifiedBytes: number; totalBytes: number | undefined }
  | { kind: 'fine'; files: readonly InstalledFile[] }
  | { kind: 'failed'; failure: ModelFailure };

export function DetailsDialog(props: DetailsDialogProps) {
  const { config, state, host, choice, added, verify, repair, onClose } = props;
  const { runtime } = choice;
  const { hasFiles } = TRAITS[runtime];
  const llm = useOptionalLLM();
  const [check, setCheck] = useState<Check>({ kind: 'none' });

  async function run(): Promise<void> {
    if (check.kind === 'running') return;
    setCheck({ kind: 'running', verifiedBytes: 0, totalBytes: undefined });
    try {
      await verify(config, (verifiedBytes, totalBytes) =>
        setCheck({ kind: 'running', verifiedBytes, totalBytes }),
      );
      setCheck({ kind: 'fine', files: state.kind === 'installed' ? state.files : [] });
    } catch (error) {
      setCheck(
        isAbortError(error) ? { kind: 'none' } : { kind: 'failed', failure: toFailure(error) },
      );
    }
  }

  const actions = (
    <>
      <PageLink config={config} runtime={runtime} />
      {state.kind === 'differs' || (state.kind === 'installed' && check.kind === 'failed') ? (
        <Button label={t('Repair')} icon="retry" tone="filled" onPress={repair} />
      ) : state.kind === 'installed' && hasFiles ? (
        <Button label={t('Check files')} onPress={() => void run()} />
      ) : null}
    </>
  );
  return (
    <Overlay title={config.displayName} onClose={onClose} actions={actions}>
      <Text variant="bodyLarge">{translated(config.description)}</Text>
      <View style={styles.facts}>
        {detailFacts(config, {
          ...{ host, choice, state, added, ...loadingFacts(config, llm) },
        }).map(({ label, value }) => (
          <Fact key={label} label={label} value={value} />
        ))}
      </View>
      <UpdateFacts modelId={config.modelId} />
      {hasFiles ? (
        <Heading level={3} text={t('Files')} />
      ) : (
        <Notice
          tone="calm"
          icon="info"
          text={t(
            'The browser brings this model, keeps it, brings newer versions of it and may remove it: this app can’t check or remove anything. Which model it is and whether it runs on this device, the browser does not say.',
          )}
        />
      )}
      {fileFacts(config, state, runtime).map((file) => (
        <FileBox key={file.name} {...file} />
      ))}
      <MarkFields modelId={config.modelId} />
      <View role="status">
        <CheckResult check={state.kind === 'differs' ? { ...state, kind: 'failed' } : check} />
      </View>
    </Overlay>
  );
}

/** What is known of loading the model, which is nothing without an engine. */
function loadingFacts(config: LlmModelConfig, llm: LlmBinding | undefined) {
  return {
    contextTokens: llm?.settingsOf(config).contextTokens,
    fit: llm?.fitOf(config) ?? ('unknown' as const),
    needBytes: llm?.memoryNeedOf(config),
    memoryParts: llm?.memoryPartsOf(config),
  };
}

function CheckResult({ check }: { check: Check }) {
  switch (check.kind) {
    case 'none':
      return null;
    case 'running':
      return (
        <ProgressBar
          label={t('Checking every file')}
          valueText={
            check.totalBytes === undefined
              ? t('Beginning')
              : t('{percent} read back', {
                  percent: formatPercent(percentOf(check.verifiedBytes, check.totalBytes)),
                })
          }
          part={check.verifiedBytes}
          total={check.totalBytes}
        />
      );
    case 'fine':
      return <Notice tone="calm" icon="check" text={checkedSentence(check.files)} />;
    case 'failed': {
      const { title, detail } = describeFailure(check.failure);
      return <Notice tone="error" icon="warning" title={title} text={detail} />;
    }
  }
}

const styles = StyleSheet.create({
  facts: { gap: space.s },
});
