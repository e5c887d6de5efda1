/**
 * A stand-in for the browser's `LanguageModel`, after the Prompt API's specification and explainer and not after our
 * adapter: https://webmachinelearning.github.io/prompt-api/. It is as strict and as awkward as those allow a browser
 * to be.
 */

export interface StandInOptions {
  availability: 'unavailable' | 'downloadable' | 'downloading' | 'available';
  /** Said piece by piece. */
  answer: string;
  /** Says it again and again. */
  isEndless?: boolean;
  /** In tokens, which are words; Infinity is a browser without a limit. */
  contextWindow?: number;
  /** Whether sessions have the names of today, those of the first versions, or say nothing of tokens. */
  names?: 'today' | 'first' | 'none';
  /** Where temperatures can be chosen. */
  maxTemperature?: number;
  /** What is kept under this name is the availability after the page was loaded anew. */
  storageKey?: string;
}

/** What a test does to the browser. */
export interface StandInControl {
  availability: StandInOptions['availability'] | 'failing' | 'silent' | (string & {});
  /** The options of each session, in order. */
  created: Record<string, unknown>[];
  /** Sessions that are neither destroyed nor gone. */
  living: number;
  /** The name of the exception of the next `create`, or of the next answer after its first piece. */
  failCreate: string | undefined;
  failAnswer: string | undefined;
  /** So much of the download is here; 1 ends it. */
  progress(loaded: number, total?: number): void;
  /** The browser ends all sessions, as it may for want of memory. */
  destroyAll(): void;
}

/** Made of nothing outside of itself, so that it can be sent into a page as text. */
// eslint-disable-next-line max-lines-per-function -- what it used from outside would not come along
export function createPromptApiStandIn(options: StandInOptions) {
  const { answer, isEndless = false, contextWindow = 512, names = 'today', storageKey } = options;
  const TURN_MARKS = 4;
  const kept = storageKey === undefined ? null : localStorage.getItem(storageKey);
  const sessions = new Set<{ destroy(): void }>();
  let monitors: { target: EventTarget; isAborted: () => boolean }[] = [];
  let downloads: { finish: () => void }[] = [];
  const control: StandInControl = {
    availability: kept ?? options.availability,
    created: [],
    living: 0,
    failCreate: undefined,
    failAnswer: undefined,
    progress(loaded, total = 1) {
      for (const { target, isAborted } of monitors) {
        // A browser stops telling once it was called off; this one tells once more.
        fire(target, loaded, total);
        if (isAborted()) monitors = monitors.filter((each) => each.target !== target);
      }
      if (loaded < total) return;
      become('available');
      for (const { finish } of downloads) finish();
      downloads = [];
      monitors = [];
    },
    destroyAll() {
      for (const session of [...sessions]) session.destroy();
    },
  };

  function become(availability: StandInOptions['availability']): void {
    control.availability = availability;
    if (storageKey !== undefined) localStorage.setItem(storageKey, availability);
  }
  function fire(target: EventTarget, loaded: number, total: number): void {
    target.dispatchEvent(
      new ProgressEvent('downloadprogress', { loaded, total, lengthComputable: true }),
    );
  }
  const task = () => new Promise<void>((resolve) => setTimeout(resolve, 0));
  const wordsIn = (text: string) => text.match(/\S+/g)?.length ?? 0;
  const measure = (text: string) => wordsIn(text) + TURN_MARKS;
  const failure = (name: string) => new DOMException(`the stand-in says ${name}`, name);
  const tooLong = (requested: number) => {
    const { QuotaExceededError: Quota } = globalThis as unknown as {
      QuotaExceededError?: new (text: string, facts: object) => Error;
    };
    return Quota
      ? new Quota('too long', { requested, quota: contextWindow })
      : failure('QuotaExceededError');
  };

  function check(messages: { role: string; content: string }[]): number {
    if (messages.slice(1).some(({ role }) => role === 'system')) {
      throw new TypeError('a system prompt comes first');
    }
    return messages.reduce((sum, { content }) => sum + measure(content), 0);
  }

  function createSession(initialTokens: number, signal: AbortSignal | undefined) {
    const session = new EventTarget();
    const destroyed = new AbortController();
    let usage = initialTokens;
    const destroy = () => {
      if (sessions.delete(shaped)) control.living -= 1;
      destroyed.abort(failure('AbortError'));
    };

    function promptStreaming(input: string, { signal: calledOff }: { signal?: AbortSignal } = {}) {
      if (destroyed.signal.aborted) throw failure('InvalidStateError');
      const stops = [destroyed.signal, ...(calledOff ? [calledOff] : [])];
      const stopped = AbortSignal.any(stops);
      const requested = measure(input);
      const pieces = (isEndless ? `${answer} ` : answer).match(/\S+\s*/g) ?? [];
      let told = 0;
      return new ReadableStream<string>({
        start(controller) {
          const stop = () => controller.error(stopped.reason);
          if (stopped.aborted) stop();
          stopped.addEventListener('abort', stop);
        },
        async pull(controller) {
          await task();
          if (stopped.aborted) return;
          if (usage + requested > contextWindow) {
            controller.error(tooLong(usage + requested));
          } else if (told > 0 && control.failAnswer !== undefined) {
            const name = control.failAnswer;
            control.failAnswer = undefined;
            controller.error(failure(name));
          } else if (usage + requested + told >= contextWindow) {
            controller.error(tooLong(usage + requested + told));
          } else if (told === pieces.length && !isEndless) {
            usage += requested + told;
            controller.close();
          } else {
            controller.enqueue(pieces[told % pieces.length] ?? '');
            told += 1;
          }
        },
      });
    }

    const telling = {
      today: {
        contextWindow: { get: () => contextWindow },
        contextUsage: { get: () => usage },
        measureContextUsage: { value: (text: string) => Promise.resolve(measure(text)) },
      },
      first: {
        inputQuota: { get: () => contextWindow },
        inputUsage: { get: () => usage },
        measureInputUsage: { value: (text: string) => Promise.resolve(measure(text)) },
      },
      none: {},
    };
    const shaped = Object.defineProperties(Object.assign(session, { promptStreaming, destroy }), {
      ...telling[names],
    });
    sessions.add(shaped);
    control.living += 1;
    // By the specification it goes on meaning the session after `create` has ended.
    signal?.addEventListener('abort', destroy);
    return shaped;
  }

  function download(calledOff: AbortSignal | undefined): Promise<void> {
    if (control.availability === 'downloadable') {
      if (!navigator.userActivation.isActive) return Promise.reject(failure('NotAllowedError'));
      become('downloading');
    }
    return new Promise((finish, reject) => {
      downloads.push({ finish });
      calledOff?.addEventListener('abort', () => reject(calledOff.reason as Error));
    });
  }

  const api = {
    async availability(): Promise<string> {
      await task();
      if (control.availability === 'failing') throw failure('UnknownError');
      if (control.availability === 'silent') await new Promise(() => undefined);
      return control.availability;
    },
    async create(given: {
      initialPrompts?: { role: string; content: string }[];
      signal?: AbortSignal;
      monitor?: (target: EventTarget) => void;
    }) {
      const { signal, monitor, initialPrompts = [] } = given;
      signal?.throwIfAborted();
      control.created.push({ ...given });
      const target = new EventTarget();
      monitor?.(target);
      if (monitor) monitors.push({ target, isAborted: () => signal?.aborted === true });
      const name = control.failCreate;
      control.failCreate = undefined;
      if (name !== undefined) throw failure(name);
      if (control.availability === 'unavailable') throw failure('NotSupportedError');
      const initialTokens = check(initialPrompts);
      if (control.availability !== 'available') await download(signal);
      else if (monitor) control.progress(0);
      await task();
      signal?.throwIfAborted();
      if (initialTokens > contextWindow) throw tooLong(initialTokens);
      return createSession(initialTokens, signal);
    },
    ...(options.maxTemperature !== undefined && {
      params: () =>
        Promise.resolve({
          defaultTopK: 3,
          maxTopK: 8,
          defaultTemperature: 1,
          maxTemperature: options.maxTemperature ?? 1,
        }),
    }),
  };
  return { api, control };
}
