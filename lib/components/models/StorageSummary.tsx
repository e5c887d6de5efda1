/** How much storage models occupy, and how much is free. */
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import type { ManagerSnapshot } from '../../ai/modelState';
import { Notice } from '../ui/Notice';
import { radius, space, useColors } from '../ui/theme';
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
  const about = estimated ? 'about ' : '';
  const used = formatBytes(usedBytes);
  const share = freeBytes === undefined ? 0 : (usedBytes / (usedBytes + freeBytes || 1)) * 100;
  const width = usedBytes === 0 ? 0 : Math.max(LEAST_PERCENT, share);
  return (
    <View style={styles.box}>
      <View style={styles.numbers}>
        <Figure value={used} label="in models" />
        {freeBytes === undefined ? null : (
          <Figure before={about} value={formatBytes(freeBytes)} label="free" end />
        )}
      </View>
      {freeBytes === undefined ? null : (
        <View
          role="img"
          aria-label={`Models take ${used}; ${about}${formatBytes(freeBytes)} free`}
          style={[styles.track, { backgroundColor: colors.surfaceVariant }]}
        >
          <View style={[styles.fill, { backgroundColor: colors.primary, width: `${width}%` }]} />
        </View>
      )}
      {persistent === false ? (
        <Notice
          tone="calm"
          icon="info"
          text="This browser may delete models when space runs out. Installing the app or bookmarking it can make it keep them."
        />
      ) : null}
    </View>
  );
}

interface FigureProps {
  before?: string;
  value: string;
  label: string;
  end?: boolean;
}

function Figure({ before = '', value, label, end = false }: FigureProps) {
  const colors = useColors();
  return (
    <Text style={[styles.figure, end && styles.end, { color: colors.onSurfaceVariant }]}>
      {before}
      <Text style={[styles.value, { color: colors.onSurface }]}>{value}</Text> {label}
    </Text>
  );
}

const styles = StyleSheet.create({
  box: { gap: space.s },
  numbers: { flexDirection: 'row', flexWrap: 'wrap', columnGap: space.l },
  figure: { fontSize: 14, lineHeight: 24, flexGrow: 1 },
  end: { textAlign: 'right' },
  value: { fontSize: 17, fontWeight: '600', fontVariant: ['tabular-nums'] },
  track: { height: 10, borderRadius: radius.pill, overflow: 'hidden' },
  fill: { height: 10, borderRadius: radius.pill },
});
