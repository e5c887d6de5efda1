/** Reads files back on a separate thread, so that hashing doesn't slow down a transfer. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

import type { Digester } from '../../types';
import { diskError } from '../nodeErrors';
import { createHashThread, type HashThread } from './hashThread';
import { NO_FOLLOW, NO_WAIT, readablePlaceOf } from './nodePaths';

const READ_ONLY = constants.O_RDONLY | NO_FOLLOW | NO_WAIT;

export interface NodeDigester extends Digester {
  close(): Promise<void>;
}

export function createNodeDigester(
  root: string,
  thread: HashThread = createHashThread(),
): NodeDigester {
  let lastId = 0;

  return {
    async open({ path, algorithm }) {
      lastId += 1;
      const id = lastId;
      const translated = <T>(work: Promise<unknown>) =>
        work.catch((error: unknown) => {
          throw diskError(error, { path });
        }) as Promise<T>;
      const place = await readablePlaceOf(root, path);
      await translated(thread.call('open', id, { place, algorithm }));
      return {
        readTo: (ends) => translated<string[]>(thread.call('readTo', id, ends)),
        stepBack: () => translated(thread.call('stepBack', id)),
        close: () => translated(thread.call('close', id)),
      };
    },
    async readBytes({ path, startBytes, lengthBytes }) {
      try {
        const handle = await open(await readablePlaceOf(root, path), READ_ONLY);
        try {
          const buffer = Buffer.alloc(lengthBytes);
          const { bytesRead } = await handle.read(buffer, 0, lengthBytes, startBytes);
          return buffer.subarray(0, bytesRead);
        } finally {
          await handle.close();
        }
      } catch (error) {
        throw diskError(error, { path });
      }
    },
    close: () => thread.close(),
  };
}
