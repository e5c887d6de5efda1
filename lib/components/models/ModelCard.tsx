/** The card of one model: its description, its state, and its actions. */
import { memo, useEffect, useRef } from 'react';
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import { buildOf } from '../../ai/runtimes/notation';
import { TRAITS } from '../../ai/runtimes/runtimes';
import { Badge } from './Badge';
import type { BadgeTone } from './Badge';
import { Button, OutsideLink } from '../ui/Button';
import { CardStatus } from './CardStatus';
import type { CardStatusProps } from './CardStatus';
import { cardButtons, toolButtons } from './cardButtons';
import type { CardActions } from './cardButtons';
import { Heading } from '../ui/Heading';
import { radius, space, useColors } from '../ui/theme';
import { GUIDANCE_LABELS } from '../words/words';

export interface ModelCardProps extends CardStatusProps {
  /** Whether this device could also run another build of the model; the card then names the build. */
  hasOtherBuilds: boolean;
  /** Whether it is the selected model; only an installed model can be. */
  selected: boolean;
  /** Whether the model is being loaded in order to answer. */
  loading: boolean;
  /** Takes the focus, because the button that had it no longer exists. */
  focused?: boolean;
  actions: CardActions;
}

export const ModelCard = memo(function ModelCard(props: ModelCardProps) {
  const { config, selected, loading, focused = false, actions } = props;
  const card = useRef<View>(null);
  useEffect(() => {
    if (focused) card.current?.focus();
  }, [focused]);
  const colors = useColors();
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
        {selected ? <Badge label={loading ? 'LOADING' : 'SELECTED'} tone="strong" /> : null}
      </View>
      <View style={styles.badges}>
        {badgesOf(props).map(({ label, tone }) => (
          <Badge key={label} label={label} tone={tone} />
        ))}
      </View>
      <Text variant="bodyMedium" style={{ color: colors.onSurfaceVariant }}>
        {config.description}
      </Text>
      <CardStatus {...props} />
      <View style={styles.foot}>
        <View style={styles.buttons}>
          {cardButtons(props, actions).map((button, place) => (
            // The index is the key, so that the next button in this place takes over the focus of the pressed one.
            <Button key={place} {...button} />
          ))}
        </View>
        <View style={styles.links}>
          {toolButtons(props, actions).map((tool) => (
            <Button key={tool.label} {...tool} />
          ))}
          <Button label="Details" tone="quiet" onPress={() => actions.showDetails(config)} />
          {config.isUnlisted === true || config.huggingFaceUrl === '' ? null : (
            <OutsideLink
              label="Hugging Face"
              name={`${config.displayName} on Hugging Face, opens in a new tab`}
              icon="external"
              tone="quiet"
              url={config.huggingFaceUrl}
            />
          )}
        </View>
      </View>
    </View>
  );
});

function badgesOf({
  config,
  state,
  runtime,
  hasOtherBuilds,
}: ModelCardProps): { label: string; tone: BadgeTone }[] {
  const badges: { label: string; tone: BadgeTone }[] = [];
  if (config.guidance) badges.push({ label: GUIDANCE_LABELS[config.guidance], tone: 'warm' });
  if (config.demo === true) badges.push({ label: 'Demo', tone: 'warm' });
  if (config.isUnlisted === true) badges.push({ label: 'No longer in a catalog', tone: 'warm' });
  else if (!TRAITS[runtime].hasFiles) badges.push({ label: 'Part of the browser', tone: 'plain' });
  else badges.push({ label: config.size, tone: 'plain' });
  const quantization = buildOf(config, runtime)?.quantization ?? '';
  if (config.available && quantization !== '') badges.push({ label: quantization, tone: 'plain' });
  if (hasOtherBuilds) badges.push({ label: TRAITS[runtime].label, tone: 'plain' });
  badges.push(availability({ config, state, runtime }));
  return badges;
}

function availability({
  config,
  state,
  runtime,
}: Pick<ModelCardProps, 'config' | 'state' | 'runtime'>): { label: string; tone: BadgeTone } {
  if (state.kind === 'installed') {
    return { label: TRAITS[runtime].hasFiles ? 'Downloaded' : 'Ready', tone: 'good' };
  }
  if (state.kind === 'differs') return { label: 'Another file', tone: 'warm' };
  if (!config.available) return { label: 'Coming soon', tone: 'plain' };
  return state.kind === 'unavailable'
    ? { label: 'Not on this device', tone: 'plain' }
    : { label: 'Available', tone: 'good' };
}

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
