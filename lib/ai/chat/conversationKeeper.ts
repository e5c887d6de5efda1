/** Has one chat written down, in order and one write at a time. A chat goes on when that fails. */
import type { ChatStore } from '../../db/chats';
import { toFailure } from '../../errors';
import type { ModelFailure } from '../../errors';
import type { Clock } from '../../platform/types';
import type { ChatEntry } from './conversationEntries';

export interface EntriesChange {
  /** New ones, and those that say something else now. */
  put: readonly ChatEntry[];
  removedIds?: readonly number[];
}

export interface ChatKeeper {
  /** Never throws: what couldn't be written is tried again with the next change. */
  keep(change: EntriesChange): void;
  /** Writes nothing any more once `remove`, which takes its turn with the writes, has succeeded. Rejects as that does. */
  forget(remove: () => Promise<void>): Promise<void>;
  /** Resolves when every change was written, or couldn't be. */
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
      // It may say something else by now.
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
      // What a change adds while another is being written waits for it, and is then written at once.
      writing = writing.then(write);
    },
    forget(remove) {
      const removing = writing.then(remove).then(() => {
        forgotten = true;
      });
      // Whoever asked for it hears of a failure; the chat goes on being written.
      writing = removing.catch(() => undefined);
      return removing;
    },
    settled: () => writing,
  };
}
