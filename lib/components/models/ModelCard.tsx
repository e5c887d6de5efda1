/** The card of one model: its description, its state, and its actions. */
import { memo, useEffect, useRef } from 'react';
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import { Badge } from './Badge';
import { Button } from '../ui/Button';
import { CardStatus } from './CardStatus';
import type { CardStatusProps } from './CardStatus';
import { PageLink } from './PageLink';
import { cardBadges } from './cardBadges';
import type { BadgedModel } from './cardBadges';
import { cancelButton, cardButtons, toolButtons } from './cardButtons';
import type { CardActions } from './cardButtons';
import { Heading } from '../ui/Heading';
import { radius, space, useColors } from '../ui/theme';
import { t, translated } from '../words/language';
import { useSettling } from './useSettling';

export interface ModelCardProps extends CardStatusProps, BadgedModel {
  /** Whether it is the selected model; only an installed model can be. */
  selected: boolean;
  /** Whether a person has marked it. */
  favourite?: boolean;
  /** Whether the model is being loaded in order to answer. */
  loading: boolean;
  /** Takes the focus, because the button that had it no longer exists. */
  focused?: boolean;
  actions: CardActions;
}

export const ModelCard = memo(function ModelCard(props: ModelCardProps) {
  const { config, selected, favourite = false, loading, focused = false, actions } = props;
  const situation = { ...props, isAdded: props.origin !== undefined };
  const card = useRef<View>(null);
  useEffect(() => {
    if (focused) card.current?.focus();
  }, [focused]);
  const colors = useColors();
  const buttons = cardButtons(situation, actions);
  const cancel = cancelButton(situation, actions);
  const settling = useSettling(buttons.map(({ label }) => label).join());
  const border = selected ? colors.primary : colors.outlineVariant;
  return (
    <View
      ref={card}
      role="group"
      aria-label={config.displayName}
      tabIndex={-1}
      style={[styles.card, { backgroundColor: colors.surface, borderColor: border }]}
    >
      <View style={styles.head}>
        <View style={styles.title}>
          <Heading level={2} text={config.displayName} />
        </View>
        {favourite ? <Badge label={t('Favourite')} tone="good" /> : null}
        {selected ? <Badge label={loading ? t('LOADING') : t('SELECTED')} tone="strong" /> : null}
      </View>
      <View style={styles.badges}>
        {cardBadges(props).map(({ label, tone }) => (
          <Badge key={label} label={label} tone={tone} />
        ))}
      </View>
      <Text variant="bodyMedium" style={{ color: colors.onSurfaceVariant }}>
        {translated(config.description)}
      </Text>
      <CardStatus {...props} />
      <View style={styles.foot}>
        <View style={styles.buttons}>
          {buttons.map((button, place) => (
            // The index is the key, so that the next button in this place takes over the focus of the pressed one.
            <Button key={place} {...button} settling={settling} />
          ))}
        </View>
        <View style={styles.links}>
          {toolButtons(situation, actions).map((tool) => (
            <Button key={tool.label} {...tool} settling={settling} />
          ))}
          <Button label={t('Details')} tone="quiet" onPress={() => actions.showDetails(config)} />
          <PageLink config={config} />
          {cancel === undefined ? null : <Button {...cancel} settling={settling} />}
        </View>
      </View>
    </View>
  );
});

const styles = StyleSheet.create({
  card: {
    flex: 1,
    gap: space.m,
    padding: space.xl - space.xs,
    borderRadius: radius.l,
    borderWidth: 1,
  },
  head: { flexDirection: 'row', alignItems: 'flex-start', gap: space.m },
  title: { flex: 1 },
  badges: { flexDirection: 'row', flexWrap: 'wrap', gap: 6 },
  foot: {
    flexDirection: 'row',
    flexWrap: 'wrap',
    justifyContent: 'space-between',
    gap: space.s,
    // At the end of the card, so that the buttons of a row of cards are aligned.
    marginTop: 'auto',
    paddingTop: space.s,
  },
  buttons: { flexDirection: 'row', flexWrap: 'wrap', flexShrink: 1, gap: space.s },
  // The text of the buttons, not their invisible edge, is aligned with the text above.
  links: { flexDirection: 'row', flexWrap: 'wrap', flexShrink: 1, marginHorizontal: -space.m },
});
