/** The choice of the networks that downloads may use. */
import { View } from 'react-native';
import { Text } from 'react-native-paper';
import { useManagerSnapshot, useModel } from '../../ai/ModelProvider';
import { isPhone } from '../ui/isPhone';
import { useNotices } from '../notices/Notices';
import { Segments } from '../ui/Segments';
import { space, useColors } from '../ui/theme';
import { t } from '../words/language';

/** Renders nothing on a host that can't tell networks apart. */
export function WifiOnly() {
  const { host, setWifiOnly } = useModel();
  const wifiOnly = useManagerSnapshot((snapshot) => snapshot.wifiOnly);
  const colors = useColors();
  const { tellFailure } = useNotices();
  if (!isPhone(host)) return null;
  return (
    <View style={{ gap: space.m }}>
      <Segments
        label={t('Networks for downloads')}
        options={[
          { value: 'any', label: t('Any network') },
          { value: 'wifi', label: t('Wi-Fi only') },
        ]}
        value={wifiOnly ? 'wifi' : 'any'}
        onChange={(choice) => {
          setWifiOnly(choice === 'wifi').catch(tellFailure);
        }}
      />
      <Text variant="bodyMedium" style={{ color: colors.onSurfaceVariant }}>
        {wifiOnly
          ? t(
              'On mobile data a download waits, keeps what has arrived, and continues automatically when there is Wi-Fi again.',
            )
          : t(
              'On mobile data a download goes on, too. Models take from half a gigabyte to several of your plan.',
            )}
      </Text>
    </View>
  );
}
