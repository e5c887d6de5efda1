/** The search as a screen uses it: one request for each pause in typing, pages, and the repository that is opened. */
import { isAbortError, toFailure, type ModelFailure } from '../../errors';
import type { Runtime } from '../../platform/types';
import { createObservable } from '../observable';
import { askRepository, type Repository, type Revision } from '../discover/askRepository';
import { askScans, type ScanStatus } from '../discover/askScans';
import type { RepositoryFacts } from '../discover/hubFacts';
import type { HubTools } from '../discover/hubTools';
import { repositoryBuilds, type RepositoryBuild } from '../builds/repositoryBuilds';
import { moreFound, searchHub, type FoundPage, type HubQuestion } from '../discover/searchHub';
import { createRecent } from './recent';

/** Read by React: a new object with every change. */
export interface HubSearchSnapshot {
  question: HubQuestion;
  /** Of the last answer, also while the next one is on its way. */
  found: readonly RepositoryFacts[];
  hasMore: boolean;
  /** `idle`: nothing was asked yet. `waiting`: the person is still typing. */
  state: 'idle' | 'waiting' | 'searching' | 'done' | 'failed';
  /** Set while the state is `failed`. */
  failure: ModelFailure | undefined;
}

export interface OpenedRepository {
  repository: Repository;
  builds: readonly RepositoryBuild[];
  /** The hub's malware scan of each build's first file, by path; empty where the hub didn't answer. */
  scans: ReadonlyMap<string, ScanStatus>;
}

export interface HubSearch {
  getSnapshot(): HubSearchSnapshot;
  subscribe(listener: () => void): () => void;
  /** Asks once there was no other change for a moment. An answer to an earlier question is dropped. */
  change(question: Partial<HubQuestion>): void;
  /** Asks now; after a failure, once more. */
  submit(): void;
  /** Adds the next page. Does nothing while an answer is on its way, or after the last page. */
  more(): void;
  /** The files of a commit are asked for once. @throws what `askRepository` throws */
  open(revision: Revision, signal: AbortSignal): Promise<OpenedRepository>;
  /** Ends what is under way. The snapshot doesn't change any more. */
  close(): void;
}

const PAUSE_MS = 350;
const MOST_TREES = 20;

export function createHubSearch(tools: HubTools, runtime: Runtime): HubSearch {
  const snapshot = createObservable<HubSearchSnapshot>({
    question: { words: '', runtime, sort: 'trendingScore' },
    ...{ found: [], hasMore: false, state: 'idle', failure: undefined },
  });
  const trees = createRecent<Repository['files']>(MOST_TREES);
  let next: string | undefined;
  let isClosed = false;
  let stop: () => void = () => undefined;

  function update(part: Partial<HubSearchSnapshot>): void {
    if (!isClosed) snapshot.set({ ...snapshot.get(), ...part });
  }

  /** Everything under way belongs to the last call. */
  function begin(
    work: (signal: AbortSignal) => Promise<FoundPage>,
    before: readonly RepositoryFacts[],
  ) {
    stop();
    const controller = new AbortController();
    stop = () => {
      controller.abort();
    };
    update({ state: 'searching', failure: undefined });
    const isStale = () => controller.signal.aborted;
    work(controller.signal).then(
      (page) => {
        if (isStale()) return;
        next = page.next;
        update({ found: joined(before, page.found), hasMore: next !== undefined, state: 'done' });
      },
      (error: unknown) => {
        if (isStale() || isAbortError(error)) return;
        update({ state: 'failed', failure: toFailure(error) });
      },
    );
  }

  function submit(): void {
    const { question } = snapshot.get();
    next = undefined;
    begin((signal) => searchHub(tools, question, signal), []);
  }

  return {
    getSnapshot: snapshot.get,
    subscribe: snapshot.subscribe,
    submit,

    change(part) {
      stop();
      stop = tools.clock.after(PAUSE_MS, submit);
      const question = { ...snapshot.get().question, ...part };
      update({ question, state: 'waiting', failure: undefined });
    },

    more() {
      const { state, found } = snapshot.get();
      const page = next;
      if (page === undefined || !['done', 'failed'].includes(state)) return;
      begin((signal) => moreFound(tools, page, signal), found);
    },

    async open(revision, signal) {
      const repository = await askRepository(tools, { ...revision, known: trees }, signal);
      const builds = repositoryBuilds(repository);
      const paths = builds.map(({ path }) => path);
      const scans = await askScans(tools, { repository, paths }, signal).catch((error: unknown) => {
        if (isAbortError(error)) throw error;
        // A hint that isn't there: mirrors don't answer this question.
        return new Map<string, ScanStatus>();
      });
      return { repository, builds, scans };
    },

    close() {
      isClosed = true;
      stop();
    },
  };
}

/** A repository that moved up while a person read is listed on two pages. */
function joined(
  before: readonly RepositoryFacts[],
  after: readonly RepositoryFacts[],
): readonly RepositoryFacts[] {
  const byName = new Map([...before, ...after].map((facts) => [facts.name, facts]));
  return [...byName.values()];
}
