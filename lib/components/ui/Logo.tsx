/** The logo: three book spines on a shelf, one of them leaning. */
import { View } from 'react-native';
import { Path, Svg } from 'react-native-svg';
import { useColors } from './theme';

export function Logo({ size }: { size: number }) {
  const { primary, tertiary, onSurface } = useColors();
  return (
    <View aria-hidden>
      <Svg width={size} height={size} viewBox="0 0 32 32">
        <Path d="M4 7.5a1.5 1.5 0 0 1 1.5-1.5h3A1.5 1.5 0 0 1 10 7.5V24H4z" fill={primary} />
        <Path
          d="M12 11.5a1.5 1.5 0 0 1 1.5-1.5h2A1.5 1.5 0 0 1 17 11.5V24h-5z"
          fill={primary}
          opacity={0.65}
        />
        <Path
          d="m17.9 9.6 3-.8a1.5 1.5 0 0 1 1.8 1L26.4 24h-5L17 11.4a1.5 1.5 0 0 1 .9-1.8z"
          fill={tertiary}
        />
        <Path d="M3.2 26h25.6a1.25 1.25 0 0 1 0 2.5H3.2a1.25 1.25 0 0 1 0-2.5z" fill={onSurface} />
      </Svg>
    </View>
  );
}
