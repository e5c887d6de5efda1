/** The measurements as a file (a browser saves it, a phone passes it to another app), as a picture and on paper. */
import { Share, StyleSheet, View } from 'react-native';
import { useBenchmarks } from '../../ai/measure/BenchmarkProvider';
import type { ExportFormat } from '../../ai/measure/BenchmarkProvider';
import { useModel } from '../../ai/ModelProvider';
import type { SavedBenchmark } from '../../db/benchmarks';
import { Button, DownloadLink } from '../ui/Button';
import { useNotices } from '../notices/Notices';
import { space } from '../ui/theme';
import { webProps } from '../ui/webProps';
import { t } from '../words/language';
import { PictureButtons } from './PictureButtons';

const FORMATS: readonly { format: ExportFormat; label: string; type: string }[] = [
  { format: 'json', label: 'JSON', type: 'application/json' },
  { format: 'csv', label: 'CSV', type: 'text/csv' },
];

interface ExportButtonsProps {
  /** The newest of each model. */
  compared: readonly SavedBenchmark[];
  nameOf: (modelId: string) => string;
}

export function ExportButtons({ compared, nameOf }: ExportButtonsProps) {
  const { exportAs } = useBenchmarks();
  const { host } = useModel();
  const { tellFailure } = useNotices();
  return (
    <View style={styles.row} {...webProps({ dataSet: { unprinted: '' } })}>
      <PictureButtons rows={compared} nameOf={nameOf} />
      {FORMATS.map(({ format, label, type }) => {
        const face = { label: t('Export {format}', { format: label }), icon: 'download' } as const;
        const text = exportAs(format);
        return host.kind === 'web' ? (
          <DownloadLink
            key={format}
            {...face}
            fileName={`benchmarks.${format}`}
            {...{ text, type }}
          />
        ) : (
          <Button
            key={format}
            {...face}
            onPress={() => {
              Share.share({ title: `benchmarks.${format}`, message: text }).catch(tellFailure);
            }}
          />
        );
      })}
    </View>
  );
}

const styles = StyleSheet.create({
  row: { flexDirection: 'row', flexWrap: 'wrap', gap: space.s },
});
