/** Shown in place of a screen that can't be rendered. The bar, downloads and answers go on. */
import { reloadAppAsync } from 'expo';
import type { ErrorBoundaryProps } from 'expo-router';
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import { Button } from '../ui/Button';
import { Heading } from '../ui/Heading';
import { Screen } from '../ui/Screen';
import { useColors } from '../ui/theme';
import { t } from '../words/language';
import { printable } from '../words/words';

/** In a browser the usual reason is code of the screen that can't be loaded: the server is gone, or serves a newer app. */
export function ScreenFailed({ error }: ErrorBoundaryProps) {
  const colors = useColors();
  return (
    <Screen title={t('Not shown')}>
      <View role="alert">
        <Heading level={1} text={t('This screen can’t be shown')} />
      </View>
      <Text variant="bodyLarge" style={{ color: colors.onSurfaceVariant }}>
        {t(
          'Its code couldn’t be loaded, or it failed. Your models and chats are not affected. Check that the app’s address can be reached, then reload the app.',
        )}
      </Text>
      <Text variant="bodyMedium" style={{ color: colors.onSurfaceVariant }}>
        {printable(error.message)}
      </Text>
      <View style={styles.row}>
        <Button
          label={t('Reload')}
          icon="retry"
          tone="filled"
          onPress={() => void reloadAppAsync()}
        />
      </View>
    </Screen>
  );
}

const styles = StyleSheet.create({ row: { flexDirection: 'row' } });
