/** How much storage models occupy, and how much is free. */
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import type { ManagerSnapshot } from '../../ai/modelState';
import { Notice } from '../ui/Notice';
import { radius, space, useColors } from '../ui/theme';
import { t } from '../words/language';
import { formatBytes } from '../words/words';

interface StorageSummaryProps {
  storage: ManagerSnapshot['storage'];
  persistent: boolean | undefined;
  /** Whether the free space is an estimate, as in a browser. */
  estimated: boolean;
}

/** Keeps a small value visible. */
const LEAST_PERCENT = 1.5;

export function StorageSummary({ storage, persistent, estimated }: StorageSummaryProps) {
  const colors = useColors();
  const { usedBytes, freeBytes } = storage;
  const used = formatBytes(usedBytes);
  const free = freeBytes === undefined ? undefined : formatBytes(freeBytes);
  const share = freeBytes === undefined ? 0 : (usedBytes / (usedBytes + freeBytes || 1)) * 100;
  const width = usedBytes === 0 ? 0 : Math.max(LEAST_PERCENT, share);
  return (
    <View style={styles.box}>
      <View style={styles.numbers}>
        <Figure value={used} words={t('{size} in models', { size: used })} />
        {free === undefined ? null : <Figure value={free} words={freeWords(free, estimated)} />}
      </View>
      {free === undefined ? null : (
        <View
          role="img"
          aria-label={
            estimated
              ? t('Models take {used}; about {free} free', { used, free })
              : t('Models take {used}; {free} free', { used, free })
          }
          style={[styles.track, { backgroundColor: colors.surfaceVariant }]}
        >
          <View style={[styles.fill, { backgroundColor: colors.primary, width: `${width}%` }]} />
        </View>
      )}
      {persistent === false ? (
        <Notice
          tone="calm"
          icon="info"
          text={t(
            'This browser may delete models when space runs out. Installing the app or bookmarking it can make it keep them.',
          )}
        />
      ) : null}
    </View>
  );
}

function freeWords(size: string, estimated: boolean): string {
  return estimated ? t('about {size} free', { size }) : t('{size} free', { size });
}

interface FigureProps {
  /** Emphasized, wherever `words` has it. */
  value: string;
  words: string;
}

function Figure({ value, words }: FigureProps) {
  const colors = useColors();
  const [before, ...after] = words.split(value);
  return (
    <Text style={[styles.figure, { color: colors.onSurfaceVariant }]}>
      {before}
      <Text style={[styles.value, { color: colors.onSurface }]}>{value}</Text>
      {after.join(value)}
    </Text>
  );
}

const styles = StyleSheet.create({
  box: { gap: space.s },
  numbers: {
    flexDirection: 'row',
    flexWrap: 'wrap',
    justifyContent: 'space-between',
    columnGap: space.l,
  },
  figure: { fontSize: 14, lineHeight: 24 },
  value: { fontSize: 17, fontWeight: '600', fontVariant: ['tabular-nums'] },
  track: { height: 10, borderRadius: radius.pill, overflow: 'hidden' },
  fill: { height: 10, borderRadius: radius.pill },
});
