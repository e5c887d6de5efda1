/** Below the message field: where the answers come from, and how much of its context the chat takes. */
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import type { ChatEntry } from '../../ai/chat/conversationEntries';
import { radius, space, useColors } from '../ui/theme';
import { t } from '../words/language';
import { formatContext, percentOf } from '../words/words';

interface ChatFooterProps {
  entries: readonly ChatEntry[];
  contextTokens: number;
  /** Whether the browser's own model answers; only the browser knows whether that model runs on this device. */
  isBrowsers: boolean;
}

export function ChatFooter({ entries, contextTokens, isBrowsers }: ChatFooterProps) {
  const colors = useColors();
  const used = usedTokens(entries);
  return (
    <View style={styles.row}>
      <Text variant="bodySmall" style={[styles.promise, { color: colors.onSurfaceVariant }]}>
        {isBrowsers ? t('Answered by the browser') : t('Stays on this device')}
      </Text>
      {used === undefined ? null : (
        <ContextMeter used={Math.min(used, contextTokens)} total={contextTokens} />
      )}
    </View>
  );
}

/** The tokens that the model read and wrote for the last completed answer; undefined if there is none. */
function usedTokens(entries: readonly ChatEntry[]): number | undefined {
  for (const entry of [...entries].reverse()) {
    if (entry.role === 'assistant' && entry.outcome.kind === 'done') {
      const { promptTokens, generatedTokens } = entry.outcome.stats;
      // An engine that doesn't report it states 0, and no prompt is that short.
      return promptTokens === 0 ? undefined : promptTokens + generatedTokens;
    }
  }
  return undefined;
}

const NEARLY_FULL_PERCENT = 85;

function ContextMeter({ used, total }: { used: number; total: number }) {
  const colors = useColors();
  const percent = percentOf(used, total);
  const words = formatContext(used, total);
  const nearlyFull = percent >= NEARLY_FULL_PERCENT;
  return (
    <View style={styles.meter}>
      <Text variant="bodySmall" style={[styles.words, { color: colors.onSurfaceVariant }]}>
        {nearlyFull ? t('{words}, nearly full', { words }) : words}
      </Text>
      <View
        accessible
        role="meter"
        aria-label={t('Context in use')}
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={used}
        aria-valuetext={words}
        style={[styles.track, { backgroundColor: colors.surfaceVariant }]}
      >
        <View
          style={[
            styles.fill,
            {
              width: `${percent}%`,
              backgroundColor: nearlyFull ? colors.tertiary : colors.primary,
            },
          ]}
        />
      </View>
    </View>
  );
}

const styles = StyleSheet.create({
  row: {
    flexDirection: 'row',
    alignItems: 'center',
    justifyContent: 'space-between',
    gap: space.s,
    minHeight: 16,
    paddingHorizontal: space.xs,
  },
  promise: { flexShrink: 1 },
  meter: { flexDirection: 'row', alignItems: 'center', flexShrink: 1, gap: space.s },
  words: { flexShrink: 1, fontVariant: ['tabular-nums'] },
  track: { width: 48, height: 4, borderRadius: radius.pill, overflow: 'hidden' },
  fill: { height: 4, borderRadius: radius.pill },
});
