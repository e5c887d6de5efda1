/** The phone's own module as it runs on Android, in a process of its own: each call is a line there, and a line back. */
import { spawn } from 'node:child_process';
import { delimiter } from 'node:path';
import { createInterface } from 'node:readline';

import type { ModelFilesModule } from '../../../modules/model-files';
import type { Toolchain } from './toolchain';

interface Answer {
  call: number;
  /** On which the work was done. */
  thread: string;
  value?: unknown;
  code?: string;
  message?: string;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export interface JvmModelFiles {
  modelFiles: ModelFilesModule;
  /** The names of all threads that did any work for a call. */
  threads: ReadonlySet<string>;
  /** Ends the process where it stands. */
  kill(): Promise<void>;
  /** Has the module destroyed when all calls are done; resolves with the exit code, when no thread is left. */
  close(): Promise<number | undefined>;
}

export function startJvmModelFiles({ java, runtime }: Toolchain, classes: string): JvmModelFiles {
  const main = 'dev.modelshelf.proof.ModelFilesMainKt';
  const child = spawn(java, ['-cp', [classes, ...runtime].join(delimiter), main], {
    // A JVM names files by the locale's encoding.
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const calls = new Map<number, Waiting>();
  const threads = new Set<string>();
  let lastCall = 0;
  createInterface(child.stdout).on('line', (line) => {
    const { call, thread, value, code, message } = JSON.parse(line) as Answer;
    const waiting = calls.get(call);
    // The first line says what the module is.
    if (!waiting) return;
    calls.delete(call);
    threads.add(thread);
    if (code === undefined) waiting.resolve(value);
    else waiting.reject(Object.assign(new Error(message), { code }));
  });
  const ended = new Promise<number | undefined>((resolve) => {
    child.once('close', (exitCode) => {
      for (const { reject } of calls.values()) reject(new Error('The process has ended.'));
      resolve(exitCode ?? undefined);
    });
  });

  const call = (name: string, args: unknown[]) =>
    new Promise<unknown>((resolve, reject) => {
      lastCall += 1;
      calls.set(lastCall, { resolve, reject });
      child.stdin.write(`${JSON.stringify([lastCall, name, ...args])}\n`);
    });

  return {
    modelFiles: new Proxy({} as ModelFilesModule, {
      get:
        (_, name) =>
        (...args: unknown[]) =>
          call(String(name), args),
    }),
    threads,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    close() {
      child.stdin.end();
      return ended;
    },
  };
}
