/** The choice of the download speed limit. */
import { View } from 'react-native';
import { Text } from 'react-native-paper';
import { useManagerSnapshot, useModel } from '../../ai/ModelProvider';
import { useNotices } from '../notices/Notices';
import { Segments } from '../ui/Segments';
import { space, useColors } from '../ui/theme';
import { t } from '../words/language';
import { formatRate } from '../words/words';

const MEGABYTE = 1_000_000;
const CHOICES = [undefined, 1 * MEGABYTE, 5 * MEGABYTE, 20 * MEGABYTE] as const;

export function SpeedLimit() {
  const { setRateLimit } = useModel();
  const rateLimit = useManagerSnapshot((snapshot) => snapshot.rateLimit);
  const colors = useColors();
  const { tellFailure } = useNotices();
  const options = CHOICES.map((limit) => ({
    value: String(limit),
    label: limit === undefined ? t('No limit') : formatRate(limit),
  }));
  const choose = (value: string) => {
    const limit = CHOICES.find((choice) => String(choice) === value);
    setRateLimit(limit).catch(tellFailure);
  };
  return (
    <View style={{ gap: space.m }}>
      <Segments
        label={t('Download speed')}
        wrap
        options={options}
        value={String(rateLimit)}
        onChange={choose}
      />
      <Text variant="bodyMedium" style={{ color: colors.onSurfaceVariant }}>
        {t(
          'For all downloads together, at once. Two models download at a time; the rest wait their turn.',
        )}
      </Text>
    </View>
  );
}
