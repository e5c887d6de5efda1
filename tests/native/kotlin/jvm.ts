/** A Kotlin program in a process of its own: each call is a line there, and a line back; see `Lines.kt`. */
import { spawn } from 'node:child_process';
import { delimiter } from 'node:path';
import { createInterface } from 'node:readline';

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

export interface Jvm {
  /** Rejects with what the program rejects it with, an Error with a `code`; without one when the process ends before. */
  call(name: string, ...args: readonly (string | number)[]): Promise<unknown>;
  /** The names of all threads that did any work for a call. */
  threads: ReadonlySet<string>;
  /** Ends the process where it stands. */
  kill(): Promise<void>;
  /** Tells the program that no more calls will come; resolves with its exit code, when it has ended by itself. */
  close(): Promise<number | undefined>;
}

export interface Program {
  toolchain: Toolchain;
  classes: string;
  main: string;
  properties?: Readonly<Record<string, string>>;
  /** What the program says without having been asked. */
  onEvent?: (event: object) => void;
}

export function startJvm({ toolchain, classes, main, properties = {}, onEvent }: Program): Jvm {
  const { java, runtime } = toolchain;
  const options = Object.entries(properties).map(([name, value]) => `-D${name}=${value}`);
  const classPath = [classes, ...runtime].join(delimiter);
  const child = spawn(java, [...options, '-cp', classPath, main], {
    // A JVM names files by the locale's encoding.
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const calls = new Map<number, Waiting>();
  const threads = new Set<string>();
  let lastCall = 0;
  const settle = ({ call, thread, value, code, message }: Answer) => {
    threads.add(thread);
    const waiting = calls.get(call);
    calls.delete(call);
    if (code === undefined) waiting?.resolve(value);
    else waiting?.reject(Object.assign(new Error(message), { code }));
  };
  createInterface(child.stdout).on('line', (line) => {
    const said = JSON.parse(line) as Answer | { event: string };
    if ('event' in said) onEvent?.(said);
    else settle(said);
  });
  const ended = new Promise<number | undefined>((resolve) => {
    child.once('close', (exitCode) => {
      for (const { reject } of calls.values()) reject(new Error('The process has ended.'));
      resolve(exitCode ?? undefined);
    });
  });

  return {
    call: (name, ...args) =>
      new Promise((resolve, reject) => {
        lastCall += 1;
        calls.set(lastCall, { resolve, reject });
        child.stdin.write(`${JSON.stringify([lastCall, name, ...args])}\n`);
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
