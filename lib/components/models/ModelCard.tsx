/** The card of one model: its description, its state, and its actions. */
import { memo, useEffect, useRef } from 'react';
import { StyleSheet, View, useWindowDimensions } from 'react-native';
import { Text } from 'react-native-paper';
import { Badge } from './Badge';
import { Button } from '../ui/Button';
import { CardStatus } from './CardStatus';
import type { CardStatusProps } from './CardStatus';
import { CardMenu } from './CardMenu';
import { cardBadges, presenceBadge } from './cardBadges';
import type { BadgedModel } from './cardBadges';
import { cancelButton, cardButtons } from './cardButtons';
import type { CardActions } from './cardButtons';
import { Heading } from '../ui/Heading';
import { NARROW, radius, space, useColors } from '../ui/theme';
import { t, translated } from '../words/language';
import { menuButtons } from './menuButtons';
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
  const { config, state, selected, focused = false, actions } = props;
  const situation = { ...props, isAdded: props.origin !== undefined };
  const card = useRef<View>(null);
  useEffect(() => {
    if (focused) card.current?.focus();
  }, [focused]);
  const colors = useColors();
  const buttons = cardButtons(situation, actions);
  const cancel = cancelButton(situation, actions);
  const settling = useSettling(buttons.map(({ label }) => label).join());
  const isNarrow = useWindowDimensions().width < NARROW;
  const border = selected ? colors.primary : colors.outlineVariant;
  return (
    <View
      ref={card}
      role="group"
      aria-label={config.displayName}
      tabIndex={-1}
      style={[
        styles.card,
        isNarrow && styles.narrow,
        { backgroundColor: colors.surface, borderColor: border },
      ]}
    >
      <CardHead {...props} />
      <Text
        variant="bodyMedium"
        // The whole text is in the details.
        {...(isNarrow && { numberOfLines: state.kind === 'installed' ? 1 : 2 })}
        style={{ color: colors.onSurfaceVariant }}
      >
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
        {cancel === undefined ? null : <Button {...cancel} settling={settling} />}
        <CardMenu
          name={t('More actions for {name}', { name: config.displayName })}
          items={menuButtons(situation, actions)}
        />
      </View>
    </View>
  );
});

/** The name, whether it is here, and what it is. */
function CardHead(props: ModelCardProps) {
  const { config, selected, favourite = false, loading } = props;
  const presence = selected ? undefined : presenceBadge(props);
  return (
    <>
      <Heading level={2} text={config.displayName} />
      <View style={styles.badges}>
        {selected ? <Badge label={loading ? t('LOADING') : t('SELECTED')} tone="strong" /> : null}
        {presence === undefined ? null : <Badge {...presence} />}
        {favourite ? <Badge label={t('Favourite')} tone="good" /> : null}
        {cardBadges(props).map(({ label, tone }) => (
          <Badge key={label} label={label} tone={tone} />
        ))}
      </View>
    </>
  );
}

const styles = StyleSheet.create({
  card: {
    flex: 1,
    gap: space.m,
    padding: space.xl - space.xs,
    borderRadius: radius.l,
    borderWidth: 1,
  },
  badges: { flexDirection: 'row', flexWrap: 'wrap', gap: 6 },
  narrow: { gap: space.s, padding: space.l, paddingBottom: space.m },
  foot: {
    flexDirection: 'row',
    alignItems: 'center',
    gap: space.s,
    // At the end of the card, so that the buttons of a row of cards are aligned.
    marginTop: 'auto',
    // The icon of the menu, not its invisible edge, is aligned with the text above.
    marginEnd: -space.m,
  },
  // What undoes is at the other end.
  buttons: { flexDirection: 'row', flexWrap: 'wrap', flex: 1, gap: space.s },
});
