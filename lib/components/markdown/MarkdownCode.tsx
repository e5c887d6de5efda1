/** A block of code: its language, a button that copies it, and lines that scroll sideways instead of breaking. */
import { ScrollView, StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import { MessageAction } from './MessageAction';
import { mono, radius, space, useColors } from '../ui/theme';
import { useCopy } from '../notices/useCopy';
import { webProps } from '../ui/webProps';
import { t } from '../words/language';

export function MarkdownCode({ language, text }: { language: string; text: string }) {
  const colors = useColors();
  const copy = useCopy();
  return (
    <View style={[styles.box, { borderColor: colors.outlineVariant }]}>
      <View style={[styles.head, { backgroundColor: colors.surfaceVariant }]}>
        <Text variant="labelMedium" style={{ color: colors.onSurfaceVariant }}>
          {language === '' ? t('Code') : language}
        </Text>
        <MessageAction
          name={language === '' ? t('Copy code') : t('Copy {language} code', { language })}
          icon="copy"
          label={t('Copy')}
          onPress={() => copy(text)}
        />
      </View>
      <ScrollView
        horizontal
        role="group"
        aria-label={language === '' ? t('Code') : t('{language} code', { language })}
        tabIndex={0}
        style={{ backgroundColor: colors.surface, direction: 'ltr' }}
        {...webProps({ dir: 'ltr' })}
        contentContainerStyle={styles.lines}
      >
        <Text
          selectable
          style={[styles.code, { color: colors.onSurface }]}
          {...webProps({ dir: 'ltr', dataSet: { code: '' } })}
        >
          {text}
        </Text>
      </ScrollView>
    </View>
  );
}

const styles = StyleSheet.create({
  box: { borderWidth: 1, borderRadius: radius.m, overflow: 'hidden' },
  head: {
    flexDirection: 'row',
    alignItems: 'center',
    justifyContent: 'space-between',
    paddingHorizontal: space.m,
    paddingVertical: 2,
  },
  lines: { padding: space.m },
  code: { fontFamily: mono, fontSize: 14, lineHeight: 21, writingDirection: 'ltr' },
});
