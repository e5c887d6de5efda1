/** Reads files back on a separate thread, so that hashing doesn't slow down a transfer. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';

import type { Digester, RunningDigest } from '../../types';
import { diskError } from '../nodeErrors';
import { NO_FOLLOW, NO_WAIT, readablePlaceOf } from './nodePaths';

const READ_ONLY = constants.O_RDONLY | NO_FOLLOW | NO_WAIT;

export interface NodeDigester extends Digester {
  close(): Promise<void>;
}

interface Answer {
  call: number;
  value?: unknown;
  failure?: { code: string; message: string };
}

/** The thread starts with the first file and ends with `close`; it keeps no process alive. */
export function createNodeDigester(root: string): NodeDigester {
  let worker: Worker | undefined;
  const waiting = new Map<number, (answer: Answer) => void>();
  let lastCall = 0;
  let lastId = 0;

  function start(): Worker {
    const started = new Worker(new URL('./hashWorker.mjs', import.meta.url));
    started.on('message', (answer: Answer) => {
      waiting.get(answer.call)?.(answer);
      waiting.delete(answer.call);
      if (waiting.size === 0) started.unref();
    });
    started.on('error', (error) => {
      for (const [call, answer] of waiting) {
        answer({ call, failure: { code: 'EIO', message: String(error) } });
      }
      waiting.clear();
      worker = undefined;
    });
    return started;
  }

  function call(id: number, method: keyof RunningDigest | 'open', argument?: unknown) {
    worker ??= start();
    const thread = worker;
    lastCall += 1;
    const answered = new Promise<unknown>((resolve, reject) => {
      waiting.set(lastCall, ({ value, failure }) => {
        if (failure) reject(Object.assign(new Error(failure.message), { code: failure.code }));
        else resolve(value);
      });
    });
    thread.ref();
    thread.postMessage({ call: lastCall, id, method, argument });
    return answered;
  }

  return {
    async open({ path, algorithm }) {
      lastId += 1;
      const id = lastId;
      const translated = <T>(work: Promise<unknown>) =>
        work.catch((error: unknown) => {
          throw diskError(error, { path });
        }) as Promise<T>;
      const place = await readablePlaceOf(root, path);
      await translated(call(id, 'open', { place, algorithm }));
      return {
        readTo: (ends) => translated<string[]>(call(id, 'readTo', ends)),
        stepBack: () => translated(call(id, 'stepBack')),
        close: () => translated(call(id, 'close')),
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
    async close() {
      await worker?.terminate();
      worker = undefined;
    },
  };
}
