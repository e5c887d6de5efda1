/** The button of a notice about a removal. It is there as long as the model can come back. */
import { Pressable, StyleSheet } from 'react-native';
import { Text } from 'react-native-paper';
import type { LlmModelConfig } from '../../ai/modelConfig';
import { useManagerSnapshot, useModels } from '../../ai/ModelProvider';
import { TOUCH_SLOP, radius, space, useColors } from '../ui/theme';
import { t } from '../words/language';

interface UndoRemovalProps {
  config: LlmModelConfig;
  onFailure: (error: unknown) => void;
}

export function UndoRemoval({ config, onFailure }: UndoRemovalProps) {
  const colors = useColors();
  const { bringBack } = useModels();
  const canComeBack = useManagerSnapshot(({ kept }) =>
    kept.some(({ place, modelId }) => place === 'removed' && modelId === config.modelId),
  );
  if (!canComeBack) return null;
  return (
    <Pressable
      role="button"
      aria-label={t('Undo: bring {name} back', { name: config.displayName })}
      onPress={() => void bringBack(config).catch(onFailure)}
      hitSlop={TOUCH_SLOP}
      style={({ pressed }) => [styles.button, pressed && styles.pressed]}
    >
      <Text variant="labelLarge" style={{ color: colors.inversePrimary }}>
        {t('Undo')}
      </Text>
    </Pressable>
  );
}

const styles = StyleSheet.create({
  button: {
    minHeight: 40,
    justifyContent: 'center',
    paddingHorizontal: space.m,
    borderRadius: radius.pill,
  },
  pressed: { opacity: 0.7 },
});
