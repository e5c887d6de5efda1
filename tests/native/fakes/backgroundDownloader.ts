/** `@kesha-antonov/react-native-background-downloader`: its tasks and their events over transfers of the system's. */
import { rmSync, statSync } from 'node:fs';

import type { Config, DownloadParams } from '@kesha-antonov/react-native-background-downloader';

import { bare, phone } from './phone';
import { SystemTransfer, type TransferEvents } from './systemTransfer';
import { rememberWhatCame } from './transferJobs';

type Handler<T> = (params: T) => void;

interface Handlers {
  begin?: Handler<{ expectedBytes: number; headers: Record<string, string | null> }>;
  progress?: Handler<{ bytesDownloaded: number; bytesTotal: number }>;
  done?: Handler<{ location: string; bytesDownloaded: number; bytesTotal: number }>;
  error?: Handler<{ error: string; errorCode: number }>;
}

/** The system's: outlives the app. */
const transfers = new Map<string, SystemTransfer>();
/** Android keeps what it saved when a transfer began, and clears that away only while the app runs. */
const snapshots = new Map<string, SystemTransfer>();
/** JavaScript's: gone with the app. Events for an id that isn't here are lost. */
const tasks = new Map<string, DownloadTask>();
let allowsCellularAccess = true;
let isLinked = true;
/** What the next calls of a task's `pause` and `resume` are rejected with. */
export const refusals: { method: 'pause' | 'resume'; code: string }[] = [];

function refused(method: 'pause' | 'resume'): Promise<never> | undefined {
  const at = refusals.findIndex((refusal) => refusal.method === method);
  const [refusal] = at < 0 ? [] : refusals.splice(at, 1);
  return refusal && Promise.reject(Object.assign(new Error(refusal.code), refusal));
}

/** iOS takes a while to pause: until then a transfer looks like one that is being cancelled. */
const pausing = new Set<string>();
let swallowedStarts = 0;
/** Lives of the app so far: what an ended one still calls reaches nobody. */
let lives = 0;

phone.onKill(() => {
  tasks.clear();
  pausing.clear();
  lives += 1;
  if (phone.system !== 'android') return;
  const jobs = [...transfers.values()].filter(({ state }) => state === 'running');
  for (const job of jobs) job.die();
  rememberWhatCame(jobs);
  for (const job of jobs) job.runAgain();
});

/** The system stops Android's jobs, as it does when their network goes, and runs them again without a word. */
export function interruptJobs(): void {
  for (const transfer of transfers.values()) transfer.stopAndRunAgain();
}

/** The next transfers that are begun are none: the system refuses them, and nothing is told of it. */
export function swallowStarts(count: number): void {
  swallowedStarts = count;
}

/** Some bytes come of all transfers that have a connection, fewer than the package tells of. */
export function trickle(): void {
  for (const transfer of transfers.values()) transfer.trickle();
}

/** The system loses its transfers, and tells nobody. */
export function loseTransfers(): void {
  for (const transfer of transfers.values()) transfer.stop();
  transfers.clear();
}

/** The app was built without the native module. */
export function unlink(isMissing: boolean): void {
  isLinked = !isMissing;
}

/** Ends every transfer, as removing the app, or a force-quit on iOS, does. */
export function endAllTransfers(): void {
  for (const transfer of transfers.values()) transfer.stop();
  transfers.clear();
  snapshots.clear();
  allowsCellularAccess = true;
  isLinked = true;
  refusals.length = 0;
  swallowedStarts = 0;
}

/**
 * Somebody stops the app by force on Android: its transfers stop with it, and what is remembered of
 * them is a while old.
 */
export function forceStop(): void {
  for (const transfer of transfers.values()) {
    transfer.pause();
    transfer.bytesDownloaded = Math.floor(transfer.bytesDownloaded / 2);
  }
  phone.killApp();
}

/** Ids of transfers that the system has. */
export const transferIds = (): string[] => [...transfers.keys()];

/** Resolves when the system has nothing more to do, whether or not the app is alive. */
export async function untilTransfersEnd(): Promise<void> {
  while ([...transfers.values()].some(({ state }) => state === 'running')) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Resolves when all transfers together have brought so much. */
export async function untilTransfersHave(bytes: number): Promise<void> {
  const sum = () => [...transfers.values()].reduce((all, one) => all + one.bytesDownloaded, 0);
  while (sum() < bytes) await new Promise((resolve) => setImmediate(resolve));
}

export const configs: Partial<Config>[] = [];

export function setConfig(config: Partial<Config>): void {
  needModule();
  configs.push(config);
  if (config.allowsCellularAccess === undefined) return;
  allowsCellularAccess = config.allowsCellularAccess;
  if (phone.system === 'android') return;
  // iOS makes a new session under the old name, which is still ending: a task that is resumed now is refused.
  if (transfers.size > 0) refusals.push({ method: 'resume', code: 'ERR_RESUME_TASK' });
  // With the old one everything in it is cancelled.
  for (const [id, transfer] of transfers) {
    if (transfer.state !== 'running') continue;
    transfer.stop();
    transfers.delete(id);
    tell(id, (task) => {
      task.onError({ error: 'cancelled', errorCode: -999 });
    });
  }
}

function needModule(): void {
  if (!isLinked) throw new Error('The package doesn’t seem to be linked.');
}

function tell(id: string, event: (task: DownloadTask) => void): void {
  // From another thread: never before whoever is running now has finished.
  setImmediate(() => {
    const task = tasks.get(id);
    if (task) event(task);
  });
}

export class DownloadTask {
  id: string;
  metadata: Record<string, unknown>;
  state = 'PENDING';
  bytesDownloaded = 0;
  bytesTotal = 0;
  readonly params: DownloadParams | undefined;
  handlers: Handlers;
  readonly #life = lives;

  constructor(
    id: string,
    metadata: object,
    known: { params?: DownloadParams; task?: DownloadTask | undefined } = {},
  ) {
    this.id = id;
    this.metadata = { ...metadata };
    this.params = known.params;
    // Whoever listened to an earlier object of the same transfer goes on listening.
    this.handlers = { ...known.task?.handlers };
  }

  begin(handler: NonNullable<Handlers['begin']>) {
    this.handlers.begin = handler;
    return this;
  }

  progress(handler: NonNullable<Handlers['progress']>) {
    this.handlers.progress = handler;
    return this;
  }

  done(handler: NonNullable<Handlers['done']>) {
    this.handlers.done = handler;
    return this;
  }

  error(handler: NonNullable<Handlers['error']>) {
    this.handlers.error = handler;
    return this;
  }

  onBegin(params: { expectedBytes: number; headers: Record<string, string> }): void {
    this.handlers.begin?.(params);
  }

  onProgress(params: { bytesDownloaded: number; bytesTotal: number }): void {
    this.bytesDownloaded = params.bytesDownloaded;
    this.bytesTotal = params.bytesTotal;
    this.handlers.progress?.(params);
  }

  onDone(params: { location: string; bytesDownloaded: number; bytesTotal: number }): void {
    tasks.delete(this.id);
    this.state = 'DONE';
    this.handlers.done?.(params);
  }

  onError(params: { error: string; errorCode: number }): void {
    tasks.delete(this.id);
    this.state = 'FAILED';
    this.handlers.error?.(params);
  }

  start(): void {
    if (!this.params) throw new Error('a task that was found again has no parameters');
    const { url, destination, headers, isAllowedOverMetered = true } = this.params;
    this.state = 'DOWNLOADING';
    transfers.get(this.id)?.stop();
    snapshots.delete(this.id);
    if (swallowedStarts > 0) {
      swallowedStarts -= 1;
      return;
    }
    const transfer = new SystemTransfer(
      {
        id: this.id,
        url,
        destination: bare(destination),
        // iOS finds its tasks again by this header, which is sent.
        headers: { ...plain(headers), ...(phone.system === 'ios' && { configId: this.id }) },
        metadata: this.metadata,
        isAllowedOverMetered: () =>
          phone.system === 'ios' ? allowsCellularAccess : isAllowedOverMetered,
      },
      eventsOf(this.id, destination),
    );
    transfers.set(this.id, transfer);
  }

  pause(): Promise<void> {
    if (this.#life !== lives) return Promise.resolve();
    const refusal = refused('pause');
    if (refusal) return refusal;
    this.state = 'PAUSED';
    const transfer = transfers.get(this.id);
    transfer?.pause();
    return phone.system === 'ios' && transfer
      ? this.#cancelWithResumeData(transfer)
      : Promise.resolve();
  }

  async #cancelWithResumeData(transfer: SystemTransfer): Promise<void> {
    pausing.add(this.id);
    await new Promise((resolve) => setImmediate(resolve));
    pausing.delete(this.id);
    if (transfer.isResumable()) return;
    transfer.stop();
    transfers.delete(this.id);
  }

  resume(): Promise<void> {
    if (this.#life !== lives) return Promise.resolve();
    const refusal = refused('resume');
    if (refusal) return refusal;
    this.state = 'DOWNLOADING';
    transfers.get(this.id)?.resume();
    const stale = snapshots.get(this.id);
    if (stale && !transfers.has(this.id)) {
      // What it believes was never begun is begun: over whatever lies there.
      snapshots.delete(this.id);
      const { destination } = stale.params;
      transfers.set(this.id, new SystemTransfer(stale.params, eventsOf(this.id, destination)));
    }
    return Promise.resolve();
  }

  stop(): Promise<void> {
    if (this.#life !== lives) return Promise.resolve();
    this.state = 'STOPPED';
    transfers.get(this.id)?.stop();
    transfers.delete(this.id);
    const stale = snapshots.get(this.id);
    // Android removes what lies where it remembers to have written.
    if (stale) rmSync(stale.params.destination, { force: true });
    snapshots.delete(this.id);
    return Promise.resolve();
  }
}

function plain(headers: Record<string, string | null> | undefined): Record<string, string> {
  const given = Object.entries(headers ?? {}).filter(([, value]) => value !== null);
  return Object.fromEntries(given) as Record<string, string>;
}

function eventsOf(id: string, location: string): TransferEvents {
  const over = () => {
    const transfer = transfers.get(id);
    transfers.delete(id);
    if (transfer && !tasks.has(id) && phone.system === 'android') snapshots.set(id, transfer);
  };
  return {
    begin(expectedBytes, headers) {
      tell(id, (task) => {
        task.onBegin({ expectedBytes, headers });
      });
    },
    progress(bytesDownloaded, bytesTotal) {
      tell(id, (task) => {
        task.onProgress({ bytesDownloaded, bytesTotal });
      });
    },
    done(bytesDownloaded, bytesTotal) {
      over();
      tell(id, (task) => {
        task.onDone({ location, bytesDownloaded, bytesTotal });
      });
    },
    error(error, errorCode) {
      over();
      tell(id, (task) => {
        task.onError({ error, errorCode });
      });
    },
  };
}

export function createDownloadTask({
  id,
  metadata = {},
  ...params
}: { id: string; metadata?: object } & DownloadParams): DownloadTask {
  needModule();
  if (id === '' || params.url === '' || params.destination === '') {
    throw new Error('id, url and destination are required');
  }
  const task = new DownloadTask(id, metadata, { params });
  tasks.set(id, task);
  return task;
}

export async function getExistingDownloadTasks(): Promise<DownloadTask[]> {
  needModule();
  await new Promise((resolve) => setImmediate(resolve));
  const found: DownloadTask[] = [];
  for (const [id, transfer] of [...snapshots, ...transfers]) {
    const isStale = !transfers.has(id);
    if (pausing.has(id)) {
      // For one that was cancelled: the package itself ends it, and what it had is gone.
      transfer.stop();
      transfers.delete(id);
      continue;
    }
    const task = new DownloadTask(id, transfer.params.metadata, { task: tasks.get(id) });
    task.state = transfer.state === 'paused' || isStale ? 'PAUSED' : 'DOWNLOADING';
    task.bytesDownloaded = isStale ? sizeOf(transfer) : transfer.bytesDownloaded;
    task.bytesTotal = transfer.bytesTotal;
    tasks.set(id, task);
    found.push(task);
  }
  return found;
}

/** What it counts of one that ended while nobody was there. */
function sizeOf({ params: { destination } }: SystemTransfer): number {
  return statSync(destination, { throwIfNoEntry: false })?.size ?? 0;
}

/** Ends what iOS woke the app for. */
export function completeHandler(): void {
  needModule();
}
