/** The imports that a person began in this app, as a screen shows them: one after the other, each a card. */
import { isAbortError, toFailure, type ModelFailure } from '../../errors';
import type { GivenFile } from '../../platform/types';
import { createObservable } from '../observable';
import { groupParts } from './groupParts';
import type { Imported, ImportOptions, ImportState } from './importFile';

export type ImportCard = {
  /** Of this run of the app. */
  id: number;
  fileName: string;
  /** How many files were given as this model: the parts of a split one, else one. */
  fileCount: number;
} & (
  | { kind: 'running'; state: ImportState }
  | { kind: 'done'; imported: Imported }
  | { kind: 'failed'; failure: ModelFailure }
);

export interface ImportCards {
  /** The newest last; the same array until something changes, at most a hundred times for each step. */
  getSnapshot(): readonly ImportCard[];
  subscribe(listener: () => void): () => void;
  /**
   * Parts of one split model, by their names, are one import. Resolves when all of them have ended in any way: the cards
   * tell how.
   */
  importFiles(files: readonly GivenFile[]): Promise<void>;
  /** Ends an import that runs or waits, and takes its card away. */
  cancel(id: number): void;
  /** Takes away the card of an import that has ended. */
  dismiss(id: number): void;
}

type About = Pick<ImportCard, 'id' | 'fileName' | 'fileCount'>;

interface ImportSteps {
  importFile(given: readonly GivenFile[], options: ImportOptions): Promise<Imported>;
  /** Called for each file when its import has ended in any way, also before it began. Never rejects. */
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

  async function run(given: readonly GivenFile[], about: About): Promise<void> {
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
      await Promise.all(given.map(letGo));
    }
  }

  return {
    getSnapshot: cards.get,
    subscribe: cards.subscribe,
    importFiles(files) {
      for (const given of groupParts(files, nameOf)) {
        lastId += 1;
        const names = given.map(nameOf).sort();
        const about = { id: lastId, fileName: names[0] ?? '', fileCount: names.length };
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
