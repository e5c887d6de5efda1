/** The card of a model that can only be read about. */
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import type { ClosedModel } from '../../ai/catalogs/closedShelf';
import { Badge } from '../models/Badge';
import { cardBadges } from '../models/cardBadges';
import { downloadSize } from '../models/downloadSize';
import { FactLine } from '../models/FactLine';
import { Button } from '../ui/Button';
import { Heading } from '../ui/Heading';
import { radius, space, useColors } from '../ui/theme';
import { t, translated } from '../words/language';
import { closedState } from './closedState';

interface ClosedCardProps {
  model: ClosedModel;
  onDetails: (model: ClosedModel) => void;
}

export function ClosedCard({ model, onDetails }: ClosedCardProps) {
  const { config, choice } = model;
  const { runtime, others } = choice;
  const colors = useColors();
  const state = closedState(model);
  const badges = { config, state, runtime, hasOtherBuilds: others.length > 0, origin: undefined };
  const name = config.displayName;
  return (
    <View
      role="group"
      aria-label={name}
      style={[styles.card, { backgroundColor: colors.surface, borderColor: colors.outlineVariant }]}
    >
      <Heading level={3} text={name} />
      <View style={styles.badges}>
        {cardBadges(badges).map((badge) => (
          <Badge key={badge.label} {...badge} />
        ))}
      </View>
      <Text variant="bodyMedium" style={{ color: colors.onSurfaceVariant }}>
        {translated(config.description)}
      </Text>
      {config.available ? <Text variant="labelLarge">{downloadSize(config, runtime)}</Text> : null}
      <FactLine icon="info" text={state.reason} />
      <View style={styles.foot}>
        <Button
          label={t('Details')}
          name={t('Details of {name}', { name })}
          icon="info"
          onPress={() => onDetails(model)}
        />
      </View>
    </View>
  );
}

const styles = StyleSheet.create({
  card: { flex: 1, gap: space.m, padding: space.l, borderRadius: radius.l, borderWidth: 1 },
  badges: { flexDirection: 'row', flexWrap: 'wrap', gap: 6 },
  // At the end of the card, so that the buttons of a row of cards are aligned.
  foot: { flexDirection: 'row', marginTop: 'auto' },
});
