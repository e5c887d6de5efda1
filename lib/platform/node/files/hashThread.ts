/** The thread on which files are read back: `hashWorker.mjs`, and the calls that it answers. */
import { Worker } from 'node:worker_threads';

export interface HashThread {
  /** Calls are answered in order. Rejects with an error that has the system's code. */
  call<T>(method: string, id: number, argument?: unknown): Promise<T>;
  close(): Promise<void>;
}

interface Answer {
  call: number;
  value?: unknown;
  failure?: { code: string; message: string };
}

/** The thread starts with the first call and ends with `close`; it keeps no process alive. */
export function createHashThread(): HashThread {
  let worker: Worker | undefined;
  const waiting = new Map<number, (answer: Answer) => void>();
  let lastCall = 0;

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

  return {
    call<T>(method: string, id: number, argument?: unknown) {
      worker ??= start();
      const thread = worker;
      lastCall += 1;
      const answered = new Promise<T>((resolve, reject) => {
        waiting.set(lastCall, ({ value, failure }) => {
          if (failure) reject(Object.assign(new Error(failure.message), { code: failure.code }));
          else resolve(value as T);
        });
      });
      thread.ref();
      thread.postMessage({ call: lastCall, id, method, argument });
      return answered;
    },
    async close() {
      await worker?.terminate();
      worker = undefined;
    },
  };
}
