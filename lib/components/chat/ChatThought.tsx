/** The model's thoughts before its answer, hidden until a person opens them. */
import { useState } from 'react';
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import { Directed } from '../markdown/Directed';
import { MessageAction } from '../markdown/MessageAction';
import { space, useColors, written } from '../ui/theme';
import { webProps } from '../ui/webProps';
import { t } from '../words/language';
import { formatDuration } from '../words/words';

interface ChatThoughtProps {
  thought: string;
  /** Undefined while the model is still thinking, and if the app ended during the thought. */
  thoughtMs: number | undefined;
  /** Whether the answer is still being written. */
  growing: boolean;
}

export function ChatThought({ thought, thoughtMs, growing }: ChatThoughtProps) {
  const colors = useColors();
  const [open, setOpen] = useState(false);
  const thinking = growing && thoughtMs === undefined;
  const label = thoughtLabel(thoughtMs, thinking);
  return (
    <View style={styles.box}>
      <View {...webProps({ dataSet: thinking ? { pulse: '' } : {} })}>
        <MessageAction
          name={label}
          icon={open ? 'down' : 'forward'}
          label={label}
          expanded={open}
          onPress={() => setOpen(!open)}
        />
      </View>
      {open ? (
        <Directed
          words={thought}
          style={[styles.thought, { borderStartColor: colors.outlineVariant }]}
        >
          <Text
            variant="bodyMedium"
            selectable
            style={[written, { color: colors.onSurfaceVariant }]}
          >
            {thought}
          </Text>
        </Directed>
      ) : null}
    </View>
  );
}

function thoughtLabel(thoughtMs: number | undefined, thinking: boolean): string {
  if (thinking) return t('Thinking…');
  if (thoughtMs === undefined) return t('Thought');
  return t('Thought for {time}', { time: formatDuration(thoughtMs / 1000) });
}

const styles = StyleSheet.create({
  box: { gap: space.xs },
  thought: { borderStartWidth: 2, paddingStart: space.m, paddingVertical: space.xs },
});
