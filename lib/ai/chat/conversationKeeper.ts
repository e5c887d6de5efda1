/** Saves the changes of one chat, in order and one write at a time. The chat continues when a write fails. */
import type { ChatStore } from '../../db/chats';
import { toFailure } from '../../errors';
import type { ModelFailure } from '../../errors';
import type { Clock } from '../../platform/types';
import type { ChatEntry } from './conversationEntries';

export interface EntriesChange {
  /** New entries, and entries whose text or outcome has changed. */
  put: readonly ChatEntry[];
  removedIds?: readonly number[];
}

export interface ChatKeeper {
  /** Never throws: an entry that couldn't be written is tried again with the next change. */
  keep(change: EntriesChange): void;
  /**
   * Runs `remove` after the running writes; once it has succeeded, nothing is written any more. Resolves and rejects
   * as `remove` does.
   */
  forget<Result>(remove: () => Promise<Result>): Promise<Result>;
  /** Resolves when every change was written, or its write has failed. */
  settled(): Promise<void>;
}

export interface KeeperParts {
  store: Pick<ChatStore, 'save'>;
  chatId: number;
  modelId: string;
  clock: Clock;
  onFailure(failure: ModelFailure): void;
}

export function createChatKeeper(parts: KeeperParts): ChatKeeper {
  const { store, chatId, modelId, clock, onFailure } = parts;
  const unwritten = new Map<number, ChatEntry>();
  const removed = new Set<number>();
  let writing: Promise<void> = Promise.resolve();
  let forgotten = false;

  async function write(): Promise<void> {
    if (forgotten || (unwritten.size === 0 && removed.size === 0)) return;
    const put = [...unwritten.values()];
    const removedIds = [...removed];
    try {
      await store.save({ chatId, modelId, changedAt: clock.nowMs(), put, removedIds });
    } catch (error) {
      onFailure(toFailure(error));
      return;
    }
    for (const id of removedIds) removed.delete(id);
    for (const entry of put) {
      // The entry may have changed during the write.
      if (unwritten.get(entry.id) === entry) unwritten.delete(entry.id);
    }
  }

  return {
    keep({ put, removedIds = [] }) {
      for (const id of removedIds) {
        unwritten.delete(id);
        removed.add(id);
      }
      for (const entry of put) {
        removed.delete(entry.id);
        unwritten.set(entry.id, entry);
      }
      // Changes during a write are collected, and written together right after it.
      writing = writing.then(write);
    },
    forget(remove) {
      const removing = writing.then(remove).then((result) => {
        forgotten = true;
        return result;
      });
      // The caller gets the failure; later changes of the chat are still written.
      writing = removing.then(
        () => undefined,
        () => undefined,
      );
      return removing;
    },
    settled: () => writing,
  };
}
