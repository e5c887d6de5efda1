/** How the list of found repositories is sorted, and which of them are shown. */
import { Pressable, StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import type { Ability } from '../../ai/discover/abilities';
import type { HubQuestion } from '../../ai/discover/searchHub';
import { useModelHub } from '../../ai/hub/ModelHubProvider';
import { Segments } from '../ui/Segments';
import { radius, space, useColors } from '../ui/theme';
import { webProps } from '../ui/webProps';
import { ABILITY_ORDER, abilityLabel, sortOptions } from '../words/addWords';
import { t } from '../words/language';
import { runtimeLabel } from '../words/words';

interface FoundControlsProps {
  question: HubQuestion;
  onQuestion: (part: Partial<HubQuestion>) => void;
  /** Only repositories with all of these are shown. */
  wanted: readonly Ability[];
  onWanted: (wanted: readonly Ability[]) => void;
}

export function FoundControls({ question, onQuestion, wanted, onWanted }: FoundControlsProps) {
  const { runtimes } = useModelHub();
  const toggle = (ability: Ability) =>
    onWanted(
      wanted.includes(ability) ? wanted.filter((each) => each !== ability) : [...wanted, ability],
    );
  return (
    <View style={styles.all}>
      {runtimes.length < 2 ? null : (
        <Segments
          label={t('For')}
          wrap
          value={question.runtime}
          onChange={(runtime) => onQuestion({ runtime })}
          options={runtimes.map((value) => ({ value, label: runtimeLabel(value) }))}
        />
      )}
      <Segments
        label={t('Sort by')}
        wrap
        value={question.sort}
        onChange={(sort) => onQuestion({ sort })}
        options={sortOptions()}
      />
      <View role="group" aria-label={t('Only models that')} style={styles.chips}>
        {ABILITY_ORDER.map((ability) => (
          <Chip
            key={ability}
            label={abilityLabel(ability)}
            chosen={wanted.includes(ability)}
            onPress={() => toggle(ability)}
          />
        ))}
      </View>
    </View>
  );
}

function Chip({ label, chosen, onPress }: { label: string; chosen: boolean; onPress: () => void }) {
  const colors = useColors();
  const ink = chosen ? colors.onPrimaryContainer : colors.onSurfaceVariant;
  return (
    <Pressable
      role="button"
      accessibilityState={{ selected: chosen }}
      {...webProps({ 'aria-pressed': chosen })}
      onPress={onPress}
      style={[
        styles.chip,
        { borderColor: chosen ? colors.primary : colors.outline },
        chosen && { backgroundColor: colors.primaryContainer },
      ]}
    >
      <Text variant="labelLarge" style={{ color: ink }}>
        {label}
      </Text>
    </Pressable>
  );
}

const styles = StyleSheet.create({
  all: { gap: space.m },
  chips: { flexDirection: 'row', flexWrap: 'wrap', gap: space.s },
  chip: {
    minHeight: 36,
    justifyContent: 'center',
    paddingHorizontal: space.m,
    borderWidth: 1,
    borderRadius: radius.pill,
  },
});
