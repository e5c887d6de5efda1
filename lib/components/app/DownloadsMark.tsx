/** A thin line below the link to the models: how far the running downloads are. It takes no room of its own. */
import { StyleSheet, View } from 'react-native';
import { useRunningDownloads } from '../../ai/snapshots/RunningDownloadsProvider';
import { radius, useColors } from '../ui/theme';
import { webProps } from '../ui/webProps';
import { downloadNames } from '../words/downloadWords';
import { t } from '../words/language';
import { formatPercent } from '../words/words';

/** Nothing while nothing is downloaded. */
export function DownloadsMark() {
  const colors = useColors();
  const downloads = useRunningDownloads();
  if (downloads === undefined) return null;
  const { percent } = downloads;
  const width = `${percent ?? 40}%` as const;
  return (
    <View
      accessible
      role="progressbar"
      aria-label={t('Downloading {name}', { name: downloadNames(downloads) })}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(percent === undefined ? {} : { 'aria-valuenow': percent })}
      aria-valuetext={percent === undefined ? t('Beginning') : formatPercent(percent)}
      style={[styles.track, { backgroundColor: colors.outlineVariant }]}
    >
      <View
        style={[styles.fill, { backgroundColor: colors.primary, width }]}
        {...webProps({ dataSet: percent === undefined ? { indeterminate: '' } : { slide: '' } })}
      />
    </View>
  );
}

const styles = StyleSheet.create({
  track: {
    position: 'absolute',
    start: 8,
    end: 8,
    bottom: 2,
    height: 4,
    borderRadius: radius.pill,
    overflow: 'hidden',
  },
  fill: { height: 4, borderRadius: radius.pill },
});
