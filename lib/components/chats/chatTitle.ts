/** How a list calls a chat. */
import type { ChatSummary } from '../../db/chats';
import { beginning } from '../chat/beginning';
import { t } from '../words/language';

/** Its own title, or else the beginning of its first question. */
export function chatTitle({ title, opening }: Pick<ChatSummary, 'title' | 'opening'>): string {
  return title ?? (beginning(opening) || t('A chat without a question'));
}
