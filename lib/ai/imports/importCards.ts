/** The imports that a person began in this app, as a screen shows them: one after the other, each a card. */
import { isAbortError, toFailure, type ModelFailure } from '../../errors';
import type { GivenFile } from '../../platform/types';
import { createObservable } from '../observable';
import type { Imported, ImportOptions, ImportState } from './importFile';

export type ImportCard = {
  /** Of this run of the app. */
  id: number;
  fileName: string;
} & (
  | { kind: 'running'; state: ImportState }
  | { kind: 'done'; imported: Imported }
  | { kind: 'failed'; failure: ModelFailure }
);

export interface ImportCards {
  /** The newest last; the same array until something changes, at most a hundred times for each step. */
  getSnapshot(): readonly ImportCard[];
  subscribe(listener: () => void): () => void;
  /** Resolves when all of them have ended in any way: the cards tell how. */
  importFiles(files: readonly GivenFile[]): Promise<void>;
  /** Ends an import that runs or waits, and takes its card away. */
  cancel(id: number): void;
  /** Takes away the card of an import that has ended. */
  dismiss(id: number): void;
}

interface ImportSteps {
  importFile(given: GivenFile, options: ImportOptions): Promise<Imported>;
  /** Called when the import of a file has ended in any way, also before it began. Never rejects. */
  letGo(given: GivenFile): Promise<void>;
}

export function createImportCards({ importFile, letGo }: ImportSteps): ImportCards {
  const cards = createObservable<readonly ImportCard[]>([]);
  const running = new Map<number, AbortController>();
  let lastId = 0;
  let work = Promise.resolve();

  const put = (card: ImportCard) => {
    cards.set(cards.get().map((each) => (each.id === card.id ? card : each)));
  };
  const remove = (id: number) => {
    cards.set(cards.get().filter((card) => card.id !== id));
  };

  async function run(given: GivenFile, about: { id: number; fileName: string }): Promise<void> {
    const { id } = about;
    const signal = running.get(id)?.signal;
    const show = changesOnly((state) => {
      put({ ...about, kind: 'running', state });
    });
    try {
      if (!signal || signal.aborted) return;
      const imported = await importFile(given, { signal, onProgress: show });
      put({ ...about, kind: 'done', imported });
    } catch (error) {
      // The card of an import that was called off is gone.
      if (!isAbortError(error)) put({ ...about, kind: 'failed', failure: toFailure(error) });
    } finally {
      running.delete(id);
      await letGo(given);
    }
  }

  return {
    getSnapshot: cards.get,
    subscribe: cards.subscribe,
    importFiles(files) {
      for (const given of files) {
        lastId += 1;
        const about = { id: lastId, fileName: nameOf(given) };
        running.set(about.id, new AbortController());
        cards.set([...cards.get(), { ...about, kind: 'running', state: { kind: 'waiting' } }]);
        work = work.then(() => run(given, about));
      }
      return work;
    },
    cancel(id) {
      running.get(id)?.abort();
      remove(id);
    },
    dismiss(id) {
      if (!running.has(id)) remove(id);
    },
  };
}

/** Passes on each new step, and each hundredth of a step: a fast disk reports thousands of times a second. */
function changesOnly(show: (state: ImportState) => void): (state: ImportState) => void {
  let shown = '';
  return (state) => {
    const key = `${state.kind} ${String(hundredths(state))}`;
    if (key === shown) return;
    shown = key;
    show(state);
  };
}

function hundredths(state: ImportState): number {
  if (state.kind === 'copying') return Math.floor((state.copiedBytes / state.totalBytes) * 100);
  if (state.kind === 'verifying') return Math.floor((state.verifiedBytes / state.totalBytes) * 100);
  return 0;
}

function nameOf(given: GivenFile): string {
  if (typeof given !== 'string') return given.name;
  const last = given.split(/[/\\]/).at(-1) ?? given;
  try {
    return decodeURIComponent(last);
  } catch {
    // A path may contain a percent sign that escapes nothing.
    return last;
  }
}
