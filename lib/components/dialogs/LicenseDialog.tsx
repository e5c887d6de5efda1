/** Shows a licence that a person has to accept before the first byte of a model is downloaded. */
import { useEffect, useState } from 'react';
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import type { LicenseQuestion } from '../../ai/added/licenses';
import type { LlmModelConfig } from '../../ai/modelConfig';
import { useModels } from '../../ai/ModelProvider';
import { useShelf } from '../../ai/shelf/ShelfProvider';
import { isAbortError, toFailure } from '../../errors';
import type { ModelFailure } from '../../errors';
import { Button } from '../ui/Button';
import { Notice } from '../ui/Notice';
import { Overlay } from '../ui/Overlay';
import { mono, radius, space, useColors } from '../ui/theme';
import { describeFailure } from '../words/failureWords';
import { t } from '../words/language';
import { printable } from '../words/words';
import { PageLink } from '../models/PageLink';

interface LicenseDialogProps {
  config: LlmModelConfig;
  /** Also called where there is nothing to accept. */
  onAccepted: () => void;
  onClose: () => void;
}

type Reading =
  | { kind: 'asking' }
  | { kind: 'asked'; question: LicenseQuestion }
  | { kind: 'failed'; failure: ModelFailure };

export function LicenseDialog({ config, onAccepted, onClose }: LicenseDialogProps) {
  const { licenses } = useShelf();
  const { runtimeOf } = useModels();
  const { modelId, displayName, license } = config;
  const [reading, setReading] = useState<Reading>({ kind: 'asking' });
  const [isSaving, setIsSaving] = useState(false);
  const fail = (error: unknown) => {
    setIsSaving(false);
    if (!isAbortError(error)) setReading({ kind: 'failed', failure: toFailure(error) });
  };

  useEffect(() => {
    const controller = new AbortController();
    licenses.ask(modelId, controller.signal).then((question) => {
      if (controller.signal.aborted) return;
      if (question === undefined) onAccepted();
      else setReading({ kind: 'asked', question });
    }, fail);
    return () => controller.abort();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- asked once for a model, whatever the callbacks are
  }, [licenses, modelId]);

  async function accept(question: LicenseQuestion): Promise<void> {
    setIsSaving(true);
    try {
      await licenses.accept(modelId, question.textSha256);
      onAccepted();
    } catch (error) {
      fail(error);
    }
  }

  const actions = (
    <>
      <PageLink config={config} runtime={runtimeOf(config)} />
      <Button label={t('Not now')} onPress={onClose} />
      {reading.kind === 'asked' ? (
        <Button
          label={t('Accept and download')}
          tone="filled"
          disabled={isSaving}
          onPress={() => void accept(reading.question)}
        />
      ) : null}
    </>
  );
  return (
    <Overlay
      title={t('Licence of {name}', { name: displayName })}
      onClose={onClose}
      actions={actions}
    >
      <Text variant="bodyLarge">
        {t(
          'The owner has terms for this model: {license}. Read them; nothing of the model has been downloaded yet.',
          { license: printable(license) },
        )}
      </Text>
      <LicenseText reading={reading} />
    </Overlay>
  );
}

function LicenseText({ reading }: { reading: Reading }) {
  const colors = useColors();
  switch (reading.kind) {
    case 'asking':
      return <Text aria-live="polite">{t('Fetching the text…')}</Text>;
    case 'asked':
      return (
        <View style={[styles.paper, { borderColor: colors.outlineVariant }]}>
          <Text selectable style={[styles.text, { color: colors.onSurface }]}>
            {reading.question.text}
          </Text>
        </View>
      );
    case 'failed': {
      const { title, detail } = describeFailure(reading.failure);
      return (
        <Notice
          tone="error"
          icon="warning"
          title={title}
          text={t('The model is on the shelf, and wasn’t downloaded. {problem}', {
            problem: detail,
          })}
        />
      );
    }
  }
}

const styles = StyleSheet.create({
  paper: { padding: space.m, borderWidth: 1, borderRadius: radius.m },
  text: { fontFamily: mono, fontSize: 12, lineHeight: 18 },
});
