/** Keeps records that are being appended to open for a moment: opening one costs more than a line does. */
import { constants, writeSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';

import { openOwn } from './nodePaths';

// Longer than a server takes to begin to answer.
const KEPT_MS = 10_000;

export interface NodeRecords {
  /** Adds to the end; then, where asked to, makes it durable. Makes the file, but no folder. */
  append(place: string, text: string, isDurable: boolean): Promise<void>;
  /** Whether it is open, so that nobody needs to look where the path leads. */
  isOpen(place: string): boolean;
  /** Closes what is open at or below `place`, before something else happens to it. */
  closeBelow(place: string): Promise<void>;
}

export function createNodeRecords(): NodeRecords {
  const kept = new Map<string, { handle: Promise<FileHandle>; timer: NodeJS.Timeout }>();

  async function close(place: string): Promise<void> {
    const record = kept.get(place);
    if (!record) return;
    kept.delete(place);
    clearTimeout(record.timer);
    // One that could not be opened has told so already.
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
    // Keeps no process alive, and loses nothing when that ends first.
    const timer = setTimeout(() => void close(place), KEPT_MS).unref();
    kept.set(place, { handle, timer });
    return handle;
  }

  return {
    async append(place, text, isDurable) {
      try {
        const handle = await handleAt(place);
        // A line is written in less time than it would wait for a thread, and what lands in that
        // time is what a kill costs.
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
