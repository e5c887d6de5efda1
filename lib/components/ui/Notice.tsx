/** A paragraph that stands out: an information or a failure. */
import type { PropsWithChildren } from 'react';
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import { Icon } from './icons';
import type { IconName } from './icons';
import { radius, space, useColors } from './theme';

interface NoticeProps {
  tone: 'calm' | 'warm' | 'error';
  icon: IconName;
  title?: string | undefined;
  text: string;
}

/** `children` are the buttons of the notice. */
export function Notice({ tone, icon, title, text, children }: PropsWithChildren<NoticeProps>) {
  const colors = useColors();
  const looks = {
    calm: { back: colors.surfaceVariant, ink: colors.onSurfaceVariant },
    warm: { back: colors.tertiaryContainer, ink: colors.onTertiaryContainer },
    error: { back: colors.errorContainer, ink: colors.onErrorContainer },
  };
  const { back, ink } = looks[tone];
  return (
    <View style={[styles.box, { backgroundColor: back }]}>
      <View style={styles.icon}>
        <Icon name={icon} size={18} color={ink} />
      </View>
      <View style={styles.words}>
        {title === undefined ? null : (
          <Text variant="titleSmall" style={[styles.title, { color: ink }]}>
            {title}
          </Text>
        )}
        <Text variant="bodyMedium" style={{ color: ink }}>
          {text}
        </Text>
        {children}
      </View>
    </View>
  );
}

const styles = StyleSheet.create({
  box: { flexDirection: 'row', gap: space.m, padding: space.m, borderRadius: radius.m },
  icon: { paddingTop: 1 },
  words: { flex: 1, gap: space.xs },
  title: { fontWeight: '600' },
});
