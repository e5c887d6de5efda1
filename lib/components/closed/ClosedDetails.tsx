/** Everything that is stated of a model that can only be read about. */
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import type { ClosedModel } from '../../ai/catalogs/closedShelf';
import { detailFacts, fileFacts } from '../dialogs/detailFacts';
import { Fact } from '../dialogs/Fact';
import { FileBox } from '../dialogs/FileBox';
import { PageLink } from '../models/PageLink';
import { Heading } from '../ui/Heading';
import { Notice } from '../ui/Notice';
import { Overlay } from '../ui/Overlay';
import { space } from '../ui/theme';
import { t, translated } from '../words/language';
import { closedState } from './closedState';

interface ClosedDetailsProps {
  model: ClosedModel;
  onClose: () => void;
}

export function ClosedDetails({ model, onClose }: ClosedDetailsProps) {
  const { config, choice } = model;
  const { runtime } = choice;
  const state = closedState(model);
  // The reason of the choice is about builds that run here.
  const named = { ...choice, reason: 'none' } as const;
  const facts = detailFacts(config, { choice: named, state, fit: 'unknown', ...NOTHING_HERE });
  const actions = <PageLink config={config} runtime={runtime} />;
  return (
    <Overlay title={config.displayName} onClose={onClose} actions={actions}>
      <Text variant="bodyLarge">{translated(config.description)}</Text>
      <Notice tone="calm" icon="info" text={state.reason} />
      <View style={styles.facts}>
        {facts.map((fact) => (
          <Fact key={fact.label} {...fact} />
        ))}
      </View>
      <Heading level={3} text={t('Files')} />
      {fileFacts(config, state, runtime).map((file) => (
        <FileBox key={file.name} {...file} />
      ))}
    </Overlay>
  );
}

const NOTHING_HERE = {
  host: undefined,
  contextTokens: undefined,
  needBytes: undefined,
  memoryParts: undefined,
  added: undefined,
};

const styles = StyleSheet.create({
  facts: { gap: space.s },
});
