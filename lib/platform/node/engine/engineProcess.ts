/**
 * The parent's side of an engine's process: sends orders, receives reports, and treats the process's end as an answer,
 * too.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import type { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';

import type { EngineOrder, EngineReport } from './engineProtocol';

export interface EngineProcess {
  /**
   * Sends an order and passes each report to `take` until `take` returns a value. One call at a time.
   * @throws Error with the reason when the process ends first
   */
  ask<T>(order: EngineOrder, take: (report: EngineReport) => T | undefined): Promise<T>;
  /** For orders without an answer. */
  send(order: EngineOrder): void;
  /** Whether the process takes no more orders. */
  hasEnded(): boolean;
  /** Resolves when the process has ended and its memory is free. Idempotent. */
  end(): Promise<void>;
}

/**
 * Keeps the token, which is only for downloads, from the engine. Turns off backtraces: they take seconds and start a
 * debugger.
 */
const ENVIRONMENT = {
  HF_TOKEN: undefined,
  HUGGING_FACE_HUB_TOKEN: undefined,
  GGML_NO_BACKTRACE: '1',
};

/** llama.cpp's output before an abort fits into this. */
const KEPT_OUTPUT = 2_000;

/** `compiled` is another build of `llamaChild`; by default, the `llamaChild` beside this module is used. */
export function startEngineProcess(compiled?: URL): EngineProcess {
  const { program, loader } = compiled ? { program: compiled } : childProgram();
  const child = fork(program, {
    execArgv: loader === undefined ? [] : ['--import', loader],
    env: { ...process.env, ...ENVIRONMENT },
    // Only its error output is read; none of its output may appear in ours.
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const output = createTail(child.stderr);
  let ending: string | undefined;
  let onReport: (report: EngineReport) => void = () => undefined;
  let onEnd: (error: Error) => void = () => undefined;

  const settle = (reason: string) => {
    ending ??= reason;
    onEnd(new Error(ending));
  };
  // `close` comes after the pipes are closed, too: only then has all its output arrived.
  child.once('close', (code, signal) => {
    settle(`the engine ended (${String(signal ?? code)}) ${output.lastLine()}`.trim());
  });
  child.once('error', (error) => settle(`the engine didn’t start: ${error.message}`));
  child.on('message', (report: EngineReport) => onReport(report));

  function send(order: EngineOrder): void {
    // If an order can't be sent any more, the end of the process rejects the call.
    if (child.connected) child.send(order, () => undefined);
  }

  return {
    send,
    ask: (order, take) =>
      new Promise((resolve, reject) => {
        if (ending !== undefined) reject(new Error(ending));
        onEnd = reject;
        onReport = (report) => {
          const value = take(report);
          if (value !== undefined) resolve(value);
        };
        send(order);
      }),
    hasEnded: () => ending !== undefined,
    async end() {
      settle('the engine was ended');
      const isGone = child.exitCode !== null || child.signalCode !== null;
      if (isGone || child.pid === undefined) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

/** In the sources it is TypeScript, which needs a loader; in a compiled command line it lies in the same folder. */
function childProgram(): { program: URL; loader?: string } {
  const isSource = import.meta.url.endsWith('.ts');
  const program = new URL(isSource ? './llamaChild.ts' : './llamaChild.mjs', import.meta.url);
  if (!isSource) return { program };
  const loader = createRequire(import.meta.url).resolve('tsx');
  return { program, loader: pathToFileURL(loader).href };
}

function createTail(stream: Readable | null) {
  let text = '';
  stream?.setEncoding('utf8').on('data', (piece: string) => {
    text = (text + piece).slice(-KEPT_OUTPUT);
  });
  return { lastLine: () => text.trim().split('\n').at(-1) ?? '' };
}
