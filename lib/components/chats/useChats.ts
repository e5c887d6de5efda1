/** The list of chats as the screen shows it: read again for each search. */
import { useEffect, useState } from 'react';
import { useConversation } from '../../ai/chat/ConversationProvider';
import type { ChatSummary } from '../../db/chats';
import { toFailure } from '../../errors';
import type { ModelFailure } from '../../errors';
import { useNotices } from '../notices/Notices';

/** Chats that were deleted together, until the list is read again. */
export interface Deletion {
  chatIds: readonly number[];
  undo(): void;
}

export interface ListedChats {
  /** Undefined until they are read; the deleted ones are still in it. */
  chats: readonly ChatSummary[] | undefined;
  /** Why they can't be read. */
  failure: ModelFailure | undefined;
  deletions: readonly Deletion[];
  rename(chatId: number, title: string | undefined): void;
  remove(chatIds: readonly number[]): void;
}

export function useChats(search: string): ListedChats {
  const { listChats, renameChat, deleteChats } = useConversation();
  const { tellFailure } = useNotices();
  const [chats, setChats] = useState<readonly ChatSummary[]>();
  const [failure, setFailure] = useState<ModelFailure>();
  const [deletions, setDeletions] = useState<readonly Deletion[]>([]);
  useEffect(() => {
    let isCurrent = true;
    listChats(search).then(
      (list) => {
        if (!isCurrent) return;
        setChats(list);
        setDeletions([]);
      },
      (error: unknown) => {
        if (isCurrent) setFailure(toFailure(error));
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [listChats, search]);

  function rename(chatId: number, title: string | undefined): void {
    const put = (chat: ChatSummary) => (chat.chatId === chatId ? { ...chat, title } : chat);
    renameChat(chatId, title).then(() => setChats((before) => before?.map(put)), tellFailure);
  }

  function remove(chatIds: readonly number[]): void {
    deleteChats(chatIds).then((putBack) => {
      const forget = () => setDeletions((before) => before.filter((each) => each !== deletion));
      const deletion = { chatIds, undo: () => void putBack().then(forget, tellFailure) };
      setDeletions((before) => [...before, deletion]);
    }, tellFailure);
  }

  return { chats, failure, deletions, rename, remove };
}
