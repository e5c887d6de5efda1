/** A process that runs the engine, seen from outside: orders go in, reports come out, and its end is an answer, too. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import type { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';

import type { EngineOrder, EngineReport } from './engineProtocol';

export interface EngineProcess {
  /**
   * Sends an order and hands each report to `take` until that gives a value. One at a time.
   * @throws Error with the reason when the process ends first
   */
  ask<T>(order: EngineOrder, take: (report: EngineReport) => T | undefined): Promise<T>;
  /** For what isn't answered. */
  send(order: EngineOrder): void;
  /** Whether nothing more can be asked. */
  hasEnded(): boolean;
  /** Resolves when it is gone, with all its memory. Idempotent. */
  end(): Promise<void>;
}

/** The token is for downloads, and an engine doesn't need it. A backtrace takes seconds and starts a debugger. */
const ENVIRONMENT = {
  HF_TOKEN: undefined,
  HUGGING_FACE_HUB_TOKEN: undefined,
  GGML_NO_BACKTRACE: '1',
};

/** What llama.cpp says before it aborts fits into this. */
const KEPT_OUTPUT = 2_000;

/** `compiled` is another build of `llamaChild`; the one beside this module unless given. */
export function startEngineProcess(compiled?: URL): EngineProcess {
  const { program, loader } = compiled ? { program: compiled } : childProgram();
  const child = fork(program, {
    execArgv: loader === undefined ? [] : ['--import', loader],
    env: { ...process.env, ...ENVIRONMENT },
    // Its errors alone are worth reading, and nothing of it belongs on our output.
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
  // When its pipes are closed, too: only then all that it said is here.
  child.once('close', (code, signal) => {
    settle(`the engine ended (${String(signal ?? code)}) ${output.lastLine()}`.trim());
  });
  child.once('error', (error) => settle(`the engine didn’t start: ${error.message}`));
  child.on('message', (report: EngineReport) => onReport(report));

  function send(order: EngineOrder): void {
    // What can't be sent any more is answered by the end of the process.
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

/** As sources it is TypeScript, which needs a loader; compiled, the command line has it beside itself. */
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
