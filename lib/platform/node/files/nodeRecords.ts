/** Keeps records open for a moment after an append, because to open a record costs more than to write a line. */
import { constants, writeSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';

import { openOwn } from './nodePaths';

// Longer than a server takes to start its answer.
const KEPT_MS = 10_000;

export interface NodeRecords {
  /** Adds to the end, and then makes the record durable if `isDurable`. Makes the file, but no folder. */
  append(place: string, text: string, isDurable: boolean): Promise<void>;
  /** Whether it is open, so that the path needn't be checked for links again. */
  isOpen(place: string): boolean;
  /** Closes all records at or below `place`, before these are moved or removed. */
  closeBelow(place: string): Promise<void>;
}

export function createNodeRecords(): NodeRecords {
  const kept = new Map<string, { handle: Promise<FileHandle>; timer: NodeJS.Timeout }>();

  async function close(place: string): Promise<void> {
    const record = kept.get(place);
    if (!record) return;
    kept.delete(place);
    clearTimeout(record.timer);
    // A record that couldn't be opened has already rejected its append.
    await record.handle.then((handle) => handle.close()).catch(() => undefined);
  }

  function handleAt(place: string): Promise<FileHandle> {
    const record = kept.get(place);
    if (record) {
      record.timer.refresh();
      return record.handle;
    }
    const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT;
    const handle = openOwn(place, flags);
    // The timer doesn't keep the process alive; nothing is lost when the process ends before it fires.
    const timer = setTimeout(() => void close(place), KEPT_MS).unref();
    kept.set(place, { handle, timer });
    return handle;
  }

  return {
    async append(place, text, isDurable) {
      try {
        const handle = await handleAt(place);
        // Written synchronously: a line takes less time than the wait for a thread, and a kill costs the
        // bytes that arrive during that wait.
        let taken = writeSync(handle.fd, text);
        if (taken < Buffer.byteLength(text)) {
          const bytes = Buffer.from(text);
          while (taken < bytes.length) taken += writeSync(handle.fd, bytes, taken);
        }
        if (isDurable) await handle.datasync();
      } catch (error) {
        await close(place);
        throw error;
      }
    },
    isOpen: (place) => kept.has(place),
    async closeBelow(place) {
      const below = [...kept.keys()].filter(
        (path) => path === place || path.startsWith(`${place}/`) || path.startsWith(`${place}\\`),
      );
      await Promise.all(below.map(close));
    },
  };
}
