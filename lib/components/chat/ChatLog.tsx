/** The messages, newest at the end; the list stays at the end unless the person scrolled away from it. */
import { useRef } from 'react';
import { ScrollView, StyleSheet } from 'react-native';
import type { NativeScrollEvent, NativeSyntheticEvent } from 'react-native';
import type { ChatEntry } from '../../ai/chat/conversationEntries';
import { ChatAnswer } from './ChatAnswer';
import type { ChatAnswerProps } from './ChatAnswer';
import { ChatQuestion } from './ChatQuestion';
import { space } from '../ui/theme';
import { t } from '../words/language';

interface ChatLogProps extends Omit<ChatAnswerProps, 'answer' | 'last'> {
  entries: readonly ChatEntry[];
  /** Whether an answer is being written. */
  busy: boolean;
  /** The question that is being edited. */
  editingId: number | undefined;
  onEdit: (questionId: number | undefined) => void;
  onSave: (questionId: number, text: string) => void;
}

/** How far a finger or a wheel may miss the end. */
const NEAR_END = 80;

export function ChatLog({ entries, busy, editingId, onEdit, onSave, ...rest }: ChatLogProps) {
  const scroll = useRef<ScrollView>(null);
  const atEnd = useRef(true);

  function note({ nativeEvent }: NativeSyntheticEvent<NativeScrollEvent>): void {
    const { contentSize, contentOffset, layoutMeasurement } = nativeEvent;
    atEnd.current = contentSize.height - contentOffset.y - layoutMeasurement.height < NEAR_END;
  }

  return (
    <ScrollView
      ref={scroll}
      role="log"
      aria-label={t('Conversation')}
      aria-live="polite"
      tabIndex={0}
      style={styles.scroll}
      contentContainerStyle={styles.content}
      scrollEventThrottle={50}
      onScroll={note}
      onContentSizeChange={() => {
        if (atEnd.current) scroll.current?.scrollToEnd({ animated: false });
      }}
    >
      {entries.map((entry, place) =>
        entry.role === 'user' ? (
          <ChatQuestion
            key={entry.id}
            question={entry}
            editing={entry.id === editingId}
            editable={!busy}
            onEdit={onEdit}
            onSave={onSave}
          />
        ) : (
          <ChatAnswer key={entry.id} answer={entry} last={place === entries.length - 1} {...rest} />
        ),
      )}
    </ScrollView>
  );
}

const styles = StyleSheet.create({
  scroll: { flex: 1 },
  content: { gap: space.l, padding: space.l },
});
