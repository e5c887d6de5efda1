/** The choice of the networks that downloads may use. */
import { View } from 'react-native';
import { Text } from 'react-native-paper';
import { useManagerSnapshot, useModel } from '../../ai/ModelProvider';
import { isPhone } from '../ui/isPhone';
import { useNotices } from '../notices/Notices';
import { Segments } from '../ui/Segments';
import { space, useColors } from '../ui/theme';

const CHOICES = [
  { value: 'any', label: 'Any network' },
  { value: 'wifi', label: 'Wi-Fi only' },
] as const;

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
        label="Networks for downloads"
        options={CHOICES}
        value={wifiOnly ? 'wifi' : 'any'}
        onChange={(choice) => {
          setWifiOnly(choice === 'wifi').catch(tellFailure);
        }}
      />
      <Text variant="bodyMedium" style={{ color: colors.onSurfaceVariant }}>
        {wifiOnly
          ? 'On mobile data a download waits, keeps what has arrived, and goes on by itself when there is Wi-Fi again.'
          : 'On mobile data a download goes on, too. Models take from half a gigabyte to several of your plan.'}
      </Text>
    </View>
  );
}
