/** Chats as files for other programs: Markdown to read, JSON with everything that is known. Pure. */
import type { Answer, ChatEntry } from '../../ai/chat/conversationEntries';
import { describeFailure } from '../words/failureWords';
import { t } from '../words/language';
import { formatDate } from '../words/words';

export interface ExportedChat {
  title: string;
  modelId: string;
  modelName: string;
  /** In milliseconds since 1970, as is `changedAt`. */
  startedAt: number;
  changedAt: number;
  entries: readonly ChatEntry[];
}

/** Thoughts aren't in it. */
export function chatsAsMarkdown(chats: readonly ExportedChat[]): string {
  return `${chats.map(chatAsMarkdown).join('\n\n---\n\n')}\n`;
}

function chatAsMarkdown({ title, modelName, startedAt, entries }: ExportedChat): string {
  const when = formatDate(startedAt);
  const head = `# ${title}\n\n${t('{model} · {when}', { model: modelName, when })}`;
  const messages = entries.map((entry) => {
    if (entry.role === 'user') return `## ${t('You')}\n\n${closed(entry.text)}`;
    const parts = [`## ${modelName}`, closed(entry.text), endingWords(entry)];
    return parts.filter((part) => part !== '').join('\n\n');
  });
  return [head, ...messages].join('\n\n');
}

function endingWords({ outcome }: Answer): string {
  if (outcome.kind === 'failed') return `*${describeFailure(outcome.failure).title}*`;
  if (outcome.kind === 'cut-off') return `*${t('Cut off when the app ended')}*`;
  return outcome.kind === 'done' ? '' : `*${t('Stopped')}*`;
}

const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/;

/** A block of code that was cut off is closed, or it would take in everything that follows. */
function closed(text: string): string {
  let open: string | undefined;
  for (const line of text.split('\n')) {
    const [, fence = '', rest = ''] = FENCE.exec(line) ?? [];
    if (fence === '') continue;
    if (open === undefined) open = fence;
    else if (fence.startsWith(open) && rest.trim() === '') open = undefined;
  }
  const trimmed = text.trim();
  return open === undefined ? trimmed : `${trimmed}\n${open}`;
}

const time = (epochMs: number) => new Date(epochMs).toISOString();

/** `messages` have the `role` and `content` that programs which talk to models take. */
export function chatsAsJson(chats: readonly ExportedChat[]): string {
  const plain = chats.map(({ title, modelId, modelName, startedAt, changedAt, entries }) => ({
    title,
    model: { id: modelId, name: modelName },
    startedAt: time(startedAt),
    changedAt: time(changedAt),
    messages: entries.map(messageAsJson),
  }));
  return JSON.stringify({ format: 'modelshelf-chats', version: 1, chats: plain }, undefined, 2);
}

function messageAsJson(entry: ChatEntry) {
  const { id, role, text } = entry;
  const said = { role, content: text, at: time(id) };
  if (entry.role === 'user') return said;
  const { thought, thoughtMs, outcome } = entry;
  return { ...said, ...(thought !== '' && { thought, thoughtMs }), outcome };
}

/** A name that every system takes; `date` is in milliseconds since 1970. */
export function exportFileName(
  title: string,
  { date, ending }: { date: number; ending: string },
): string {
  const words = title.normalize('NFC').match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  let name = '';
  for (const word of words) {
    if (name.length + word.length > LONGEST_NAME) break;
    name += `-${word.toLowerCase()}`;
  }
  return `chat-${time(date).slice(0, 10)}${name}.${ending}`;
}

/** Bytes of a name are limited, too, and a letter can take four. */
const LONGEST_NAME = 48;
