/** The choice of one of the installed models. */
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import type { LlmModelConfig } from '../../ai/modelConfig';
import { Segments } from '../ui/Segments';
import { space } from '../ui/theme';

interface ModelPickerProps {
  label: string;
  models: readonly LlmModelConfig[];
  value: LlmModelConfig;
  onChange: (model: LlmModelConfig) => void;
  /** Keeps the choice as it is while it is in use. */
  disabled: boolean;
}

export function ModelPicker({ label, models, value, onChange, disabled }: ModelPickerProps) {
  return (
    <View style={styles.picker}>
      <Text variant="titleSmall">{label}</Text>
      <Segments
        label={label}
        options={models.map(({ modelId, displayName }) => ({ value: modelId, label: displayName }))}
        value={value.modelId}
        onChange={(modelId) => {
          const model = models.find((each) => each.modelId === modelId);
          if (model !== undefined && !disabled) onChange(model);
        }}
        wrap
      />
    </View>
  );
}

const styles = StyleSheet.create({ picker: { gap: space.s } });
