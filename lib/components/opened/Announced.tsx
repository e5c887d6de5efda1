/** A line that screen readers read when it changes. */
import { useEffect } from 'react';
import { AccessibilityInfo } from 'react-native';
import { Text } from 'react-native-paper';
import { useModels } from '../../ai/ModelProvider';
import { useColors } from '../ui/theme';

export function Announced({ text }: { text: string }) {
  const { host } = useModels();
  const { onSurfaceVariant } = useColors();
  useEffect(() => {
    // VoiceOver doesn't support live regions.
    if (text !== '' && host.kind === 'ios') AccessibilityInfo.announceForAccessibility(text);
  }, [text, host]);
  return (
    <Text role="status" aria-live="polite" variant="bodyMedium" style={{ color: onSurfaceVariant }}>
      {text}
    </Text>
  );
}
