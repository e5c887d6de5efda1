/** The words in place of a list that has no models. */
import { StyleSheet } from 'react-native';
import { Text } from 'react-native-paper';
import { space, useColors } from '../ui/theme';
import { t } from '../words/language';

/** `hasModels`: the search left none of them. */
export function EmptyShelf({ hasModels }: { hasModels: boolean }) {
  const colors = useColors();
  return (
    <Text variant="bodyLarge" style={[styles.empty, { color: colors.onSurfaceVariant }]}>
      {hasModels
        ? t('No model has all these words.')
        : t('Nothing is on this device yet. Choose a model under “Runs here”.')}
    </Text>
  );
}

const styles = StyleSheet.create({
  empty: { paddingVertical: space.xxl, textAlign: 'center' },
});
