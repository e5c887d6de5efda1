/** Says that a measurement was taken with another version of the model than the installed one; else nothing. */
import { Text } from 'react-native-paper';
import { useBenchmarks } from '../../ai/measure/BenchmarkProvider';
import type { Benchmark } from '../../ai/measure/runBenchmark';
import { useColors } from '../ui/theme';
import { t } from '../words/language';

/** Enough of a SHA-256 to tell the versions of one model apart. */
const SHORT_LETTERS = 8;

export function VersionNote({ result }: { result: Benchmark }) {
  const { otherVersionOf } = useBenchmarks();
  const colors = useColors();
  const version = otherVersionOf(result)?.slice(0, SHORT_LETTERS);
  if (version === undefined) return null;
  return (
    <Text variant="bodySmall" style={{ color: colors.onSurfaceVariant }}>
      {t('Measured with another version ({version}) than the installed one', { version })}
    </Text>
  );
}
