/** The screen for an unknown address. */
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import { LinkButton } from '../ui/Button';
import { Heading } from '../ui/Heading';
import { Screen } from '../ui/Screen';
import { useColors } from '../ui/theme';
import { t } from '../words/language';

export function NotFoundScreen() {
  const colors = useColors();
  return (
    <Screen title={t('Not found')}>
      <Heading level={1} text={t('This shelf is empty')} />
      <Text variant="bodyLarge" style={{ color: colors.onSurfaceVariant }}>
        {t('There is no screen at this address.')}
      </Text>
      <View style={styles.row}>
        <LinkButton label={t('Go to the chat')} icon="chat" tone="filled" href="/" />
      </View>
    </Screen>
  );
}

const styles = StyleSheet.create({ row: { flexDirection: 'row' } });
