/** Headings: a level for screen readers, a size for the eye. */
import { StyleSheet } from 'react-native';
import { Text } from 'react-native-paper';
import { serif, useColors } from './theme';

interface HeadingProps {
  level: 1 | 2 | 3;
  text: string;
  /** Uses the size of the next level, for a heading of level 1 that shouldn't be that large. */
  small?: boolean;
}

export function Heading({ level, text, small = false }: HeadingProps) {
  const { onSurface } = useColors();
  return (
    <Text
      role="heading"
      aria-level={level}
      style={[styles[small ? 2 : level], { color: onSurface }]}
    >
      {text}
    </Text>
  );
}

const styles = StyleSheet.create({
  1: { fontFamily: serif, fontSize: 30, lineHeight: 38, fontWeight: '600', letterSpacing: -0.3 },
  2: { fontFamily: serif, fontSize: 20, lineHeight: 26, fontWeight: '600' },
  3: { fontSize: 15, lineHeight: 22, fontWeight: '600' },
});
