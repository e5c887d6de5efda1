/**
 * Calls from the page into a worker of this app: results, reports, abort and typed failures over
 * one message channel. Written out because a general RPC library carries neither an abort
 * signal nor a ModelError, and needs a port to be released for every callback.
 */
import { fromFailure, isAbortError, ModelError, toFailure } from '../../errors';
import type { ModelFailure } from '../../errors';
import { systemClock } from '../shared/systemClock';
import type { Clock } from '../types';

/** The time to load the worker's script and its imports; a silent server would make this wait for ever. */
const START_MS = 60_000;

/** The address of a module worker's script, or the function that starts it, with its name for failures. */
export type WorkerSource = string | { file: string; start(): Worker };

export interface CallOptions<Report> {
  /** Receives the method's reports while it runs, in order, and never after the call has settled. */
  onReport?: ((report: Report) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** `Report` is the type of the method's progress reports: plain data. */
export interface CallContext<Report> {
  report(value: Report): void;
  /** Aborted when the page aborts. */
  signal: AbortSignal;
}

type Method = (argument: never, context: CallContext<never>) => unknown;

type ReportOf<M extends Method> = M extends (
  argument: never,
  context: CallContext<infer Report>,
) => unknown
  ? Report
  : never;

/** The methods of a worker: one argument, then the context. */
export type WorkerMethods = Record<string, Method>;

/** The page's view of a worker's methods. */
export interface WorkerConnection<Methods extends WorkerMethods> {
  /** Rejects with the worker's ModelError, or with the signal's reason after the worker has stopped the work. */
  call<Name extends keyof Methods & string>(
    name: Name,
    argument: Parameters<Methods[Name]>[0],
    options?: CallOptions<ReportOf<Methods[Name]>>,
  ): Promise<Awaited<ReturnType<Methods[Name]>>>;
  /** Stops the worker at once; calls under way reject. */
  close(): void;
}

type ToWorker =
  { kind: 'call'; id: number; name: string; argument: unknown } | { kind: 'abort'; id: number };

type FromWorker =
  /** The worker has started or failed to start: calls report a failure. */
  | { kind: 'started' }
  | { kind: 'report'; id: number; value: unknown }
  | { kind: 'result'; id: number; value: unknown }
  | { kind: 'failure'; id: number; failure: ModelFailure }
  | { kind: 'aborted'; id: number };

interface WaitingCall {
  resolve: (value: unknown) => void;
  reject: (reason: unknown) => void;
  options: CallOptions<never>;
}

/** Starts a worker. A script that can't be loaded, or hasn't started in a minute, rejects every call with APP_INCOMPLETE. */
export function connectWorker<Methods extends WorkerMethods>(
  source: WorkerSource,
  clock: Clock = systemClock,
): WorkerConnection<Methods> {
  const { file, start } =
    typeof source === 'string'
      ? { file: source, start: () => new Worker(source, { type: 'module' }) }
      : source;
  const worker = start();
  const waiting = new Map<number, WaitingCall>();
  let lastId = 0;
  let endedBy: ModelError | undefined;

  const end = (reason: ModelError) => {
    endedBy ??= reason;
    callOffStart();
    worker.terminate();
    for (const { reject } of waiting.values()) reject(endedBy);
    waiting.clear();
  };
  const endWithout = (reason: string) => {
    end(new ModelError('APP_INCOMPLETE', { file, reason }));
  };
  const callOffStart = clock.after(START_MS, () => {
    endWithout('it did not start');
  });
  worker.addEventListener('error', (event) => {
    const { message } = event as Partial<ErrorEvent>;
    // Only a running script sends messages.
    if (message)
      end(new ModelError('UNSUPPORTED', { feature: 'workers', host: 'web' }, { cause: message }));
    else endWithout('it could not be loaded');
  });
  worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
    if (data.kind === 'started') {
      callOffStart();
      return;
    }
    const call = waiting.get(data.id);
    if (!call) return;
    if (data.kind === 'report') {
      call.options.onReport?.(data.value as never);
      return;
    }
    waiting.delete(data.id);
    settle(call, data);
  });

  return {
    async call(name, argument, options = {}) {
      if (endedBy) throw endedBy;
      const { signal } = options;
      signal?.throwIfAborted();
      lastId += 1;
      const id = lastId;
      const abort = () => {
        worker.postMessage({ kind: 'abort', id } satisfies ToWorker);
      };
      signal?.addEventListener('abort', abort);
      try {
        // `never`, because the type of a received result can't be checked: the worker is trusted to send the right one.
        return await new Promise<never>((resolve, reject) => {
          const take = (value: unknown) => {
            resolve(value as never);
          };
          waiting.set(id, { resolve: take, reject, options });
          worker.postMessage({ kind: 'call', id, name, argument } satisfies ToWorker);
        });
      } finally {
        signal?.removeEventListener('abort', abort);
      }
    },
    close() {
      end(new ModelError('INTERNAL', { reason: `the worker ${file} was closed` }));
    },
  };
}

function settle(
  call: WaitingCall,
  message: Extract<FromWorker, { kind: 'result' | 'failure' | 'aborted' }>,
): void {
  switch (message.kind) {
    case 'result':
      // An abort and a result may cross: a caller that has aborted must not get a success.
      if (call.options.signal?.aborted) call.reject(call.options.signal.reason);
      else call.resolve(message.value);
      return;
    case 'failure':
      call.reject(fromFailure(message.failure));
      return;
    case 'aborted':
      // The page's own reason is used: the worker got a DOMException that was made only for the worker.
      call.reject(call.options.signal?.reason ?? new DOMException('Aborted', 'AbortError'));
  }
}

/** The part of a worker's global scope that serving needs; the DOM library types describe a window's. */
interface WorkerScope {
  postMessage(message: FromWorker): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<ToWorker>) => void): void;
}

/**
 * Answers calls in a worker; each starts at once, concurrently with the others. When `starting` rejects,
 * every call rejects with its reason.
 */
export function serveCalls(starting: Promise<WorkerMethods>): void {
  const scope = globalThis as unknown as WorkerScope;
  const started = () => {
    scope.postMessage({ kind: 'started' });
  };
  // Each call reports the failure, but there may be no calls yet.
  starting.then(started, started);
  const running = new Map<number, AbortController>();

  const run = async (id: number, name: string, argument: unknown) => {
    const controller = new AbortController();
    running.set(id, controller);
    const report = (value: unknown) => {
      scope.postMessage({ kind: 'report', id, value });
    };
    try {
      const method = (await starting)[name];
      if (!method) throw new ModelError('INTERNAL', { reason: `no method ${name}` });
      const value = await method(argument as never, { report, signal: controller.signal });
      scope.postMessage({ kind: 'result', id, value });
    } catch (error) {
      scope.postMessage(failureMessage(id, error));
    } finally {
      running.delete(id);
    }
  };

  scope.addEventListener('message', ({ data }) => {
    if (data.kind === 'abort') running.get(data.id)?.abort();
    else void run(data.id, data.name, data.argument);
  });
}

function failureMessage(id: number, error: unknown): FromWorker {
  if (isAbortError(error)) return { kind: 'aborted', id };
  // `cause` isn't sent: a host's error may not be cloneable, and its text is in the details.
  return { kind: 'failure', id, failure: toFailure(error) };
}
