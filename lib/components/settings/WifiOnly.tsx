/** The choice of the networks that downloads may use. */
import { View } from 'react-native';
import { Text } from 'react-native-paper';
import { useModel } from '../../ai/ModelProvider';
import { isPhone } from '../ui/isPhone';
import { useNotices } from '../notices/Notices';
import { Segments } from '../ui/Segments';
import { space, useColors } from '../ui/theme';

const CHOICES = [
  { value: 'any', label: 'Any network' },
  { value: 'wifi', label: 'Wi-Fi only' },
] as const;

/** Nothing on a host that doesn't tell networks apart. */
export function WifiOnly() {
  const { host, snapshot, keepToWifi } = useModel();
  const colors = useColors();
  const { tellFailure } = useNotices();
  if (!isPhone(host)) return null;
  return (
    <View style={{ gap: space.m }}>
      <Segments
        label="Networks for downloads"
        options={CHOICES}
        value={snapshot.wifiOnly ? 'wifi' : 'any'}
        onChange={(choice) => {
          keepToWifi(choice === 'wifi').catch(tellFailure);
        }}
      />
      <Text variant="bodyMedium" style={{ color: colors.onSurfaceVariant }}>
        {snapshot.wifiOnly
          ? 'On mobile data a download waits, keeps what has arrived, and goes on by itself when there is Wi-Fi again.'
          : 'On mobile data a download goes on, too. Models take from half a gigabyte to several of your plan.'}
      </Text>
    </View>
  );
}
