/** A view that is laid out in the direction of the text in it, whatever the direction of the app. */
import { View } from 'react-native';
import type { ViewProps } from 'react-native';
import { textDirection } from './textDirection';
import { webProps } from '../ui/webProps';

interface DirectedProps extends ViewProps {
  /** The text whose first letter decides; without a letter the direction of the app stays. */
  words: string;
}

export function Directed({ words, style, ...view }: DirectedProps) {
  const direction = textDirection(words);
  if (direction === undefined) return <View style={style} {...view} />;
  return <View style={[style, { direction }]} {...webProps({ dir: direction })} {...view} />;
}
