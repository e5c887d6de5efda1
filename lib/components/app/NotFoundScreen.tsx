/** The screen for an unknown address. */
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import { LinkButton } from '../ui/Button';
import { Heading } from '../ui/Heading';
import { Screen } from '../ui/Screen';
import { useColors } from '../ui/theme';

export function NotFoundScreen() {
  const colors = useColors();
  return (
    <Screen title="Not found">
      <Heading level={1} text="This shelf is empty" />
      <Text variant="bodyLarge" style={{ color: colors.onSurfaceVariant }}>
        There is no screen at this address.
      </Text>
      <View style={styles.row}>
        <LinkButton label="Go to the chat" icon="chat" tone="filled" href="/" />
      </View>
    </Screen>
  );
}

const styles = StyleSheet.create({ row: { flexDirection: 'row' } });
