/**
 * The system's downloads for the app, each with the file that it is for, including downloads that an
 * earlier run of the app began. Wraps the package; the meaning of the files is handled elsewhere.
 */
import {
  completeHandler,
  createDownloadTask,
  getExistingDownloadTasks,
  setConfig,
  type DownloadTask,
} from '@kesha-antonov/react-native-background-downloader';
import * as v from 'valibot';

import type { Clock } from '../../types';

/** Shows progress in Android's notification, which Android requires anyway. */
const CONFIG = { progressInterval: 500, showNotificationsEnabled: true };

/** The request of a task; the system stores it with the task. */
const ABOUT = v.object({
  path: v.string(),
  /** The requested address, before any redirect. */
  url: v.string(),
  /** The first byte to transfer. */
  startBytes: v.number(),
  /** One past the last; null for all following bytes where their number isn't known. */
  endBytes: v.nullable(v.number()),
  /** The size of the whole file, or null where it isn't known. */
  expectedBytes: v.nullable(v.number()),
  /** Whether the system itself keeps the task off metered networks. */
  isKeptToWifi: v.boolean(),
  /** The title of the notification on Android 14 and newer. */
  notificationTitle: v.string(),
});

export type TaskAbout = v.InferOutput<typeof ABOUT>;

export type TaskEnd = { kind: 'done' } | { kind: 'failed'; errorCode: number };

export interface TaskEvents {
  /**
   * The head of the answer, names in lower case. Not called for each task; empty where the system reports no headers.
   */
  onBegin(headers: ReadonlyMap<string, string>): void;
  onReceived(receivedBytes: number): void;
}

export interface SystemTask {
  readonly id: string;
  readonly about: TaskAbout;
  /** Whether this run of the app began it. */
  readonly isOfThisRun: boolean;
  isPaused(): boolean;
  /** Whether the system reports the task as finished: its file is then there, or will never be. */
  isOver(): boolean;
  /** By the system's count, which may lag behind. */
  receivedBytes(): number;
  /**
   * Reports later events; earlier ones are only visible on the disk. Call it before `resume`, so that no event is
   * missed.
   */
  listen(events: TaskEvents): Promise<TaskEnd>;
  pause(): Promise<void>;
  /**
   * Rejects where the system can't continue: iOS keeps no state of a task that had received nothing when it was paused.
   */
  resume(): Promise<void>;
  /** Ends the task for good; the system removes its received bytes. */
  stop(): Promise<void>;
}

export interface NewTask {
  about: TaskAbout;
  /** The address after redirects. The request for a file's bytes carries no sign-in. */
  directUrl: string;
  /** A bare, absolute path; the system adapts it when the app's container moves. */
  destination: string;
}

export interface SystemTasks {
  find(): Promise<SystemTask[]>;
  /** The new task is paused and unknown to the system: it begins with `resume`. */
  create(task: NewTask): SystemTask;
}

interface Run {
  /** Pauses under way. During a pause the package would treat the task as lost, and remove its received bytes. */
  pauses: Set<Promise<void>>;
  /** Ids of tasks that this run of the app began. */
  begun: Set<string>;
}

/** Undefined where the package's native part isn't in the app. */
export async function openSystemTasks(clock: Clock): Promise<SystemTasks | undefined> {
  try {
    // A missing native part shows at this first call, which lists the system's downloads.
    await getExistingDownloadTasks();
  } catch {
    // The call can't fail for another reason. Without the package, files are transferred in the foreground.
    return undefined;
  }
  setConfig(CONFIG);
  const run: Run = { pauses: new Set(), begun: new Set() };
  let number = 0;
  return {
    async find() {
      await Promise.allSettled(run.pauses);
      const tasks = await getExistingDownloadTasks();
      return tasks.flatMap((task) => {
        const about = v.safeParse(ABOUT, task.metadata);
        return about.success ? [adapt(task, about.output, { isNew: false, run })] : [];
      });
    },
    create({ about, directUrl, destination }) {
      const { path, startBytes, isKeptToWifi } = about;
      number += 1;
      const task = createDownloadTask({
        // Never an earlier id, because late events of the earlier task would be taken for the new task's.
        id: [encodeURIComponent(path), startBytes, clock.nowMs(), number].join('~'),
        url: directUrl,
        destination,
        headers: { 'Accept-Encoding': 'identity', ...rangeOf(about) },
        metadata: about,
        isAllowedOverRoaming: true,
        isAllowedOverMetered: !isKeptToWifi,
      });
      return adapt(task, about, { isNew: true, run });
    },
  };
}

function rangeOf({ startBytes, endBytes, expectedBytes }: TaskAbout): Record<string, string> {
  const isToEnd = endBytes === expectedBytes;
  if (startBytes === 0 && isToEnd) return {};
  const last = isToEnd || endBytes === null ? '' : String(endBytes - 1);
  return { Range: `bytes=${String(startBytes)}-${last}` };
}

function adapt(
  task: DownloadTask,
  about: TaskAbout,
  { isNew, run }: { isNew: boolean; run: Run },
): SystemTask {
  const { pauses, begun } = run;
  let isBegun = !isNew;
  return {
    id: task.id,
    about,
    isOfThisRun: isNew || begun.has(task.id),
    isPaused: () => !isBegun || task.state === 'PAUSED',
    isOver: () => task.state === 'DONE',
    receivedBytes: () => task.bytesDownloaded,
    listen({ onBegin, onReceived }) {
      return new Promise<TaskEnd>((resolve) => {
        task
          .begin(({ headers }) => {
            onBegin(lowerCased(headers));
          })
          .progress(({ bytesDownloaded }) => {
            onReceived(bytesDownloaded);
          })
          .done(() => {
            // iOS waits for this call before it lets a woken app sleep again; if the call fails, iOS waits until a
            // timeout.
            Promise.resolve(completeHandler(task.id)).catch(() => undefined);
            resolve({ kind: 'done' });
          })
          .error(({ errorCode }) => {
            resolve({ kind: 'failed', errorCode });
          });
      });
    },
    async pause() {
      if (!isBegun) return;
      const pause = task.pause();
      pauses.add(pause);
      try {
        await pause;
      } finally {
        pauses.delete(pause);
      }
    },
    async resume() {
      if (isBegun) {
        if (task.bytesDownloaded === 0) throw new Error('nothing to go on from');
        await task.resume();
        return;
      }
      isBegun = true;
      begun.add(task.id);
      task.start();
    },
    stop: () => task.stop(),
  };
}

function lowerCased(headers: Record<string, string | null>): Map<string, string> {
  const given = Object.entries(headers).filter(([, value]) => value !== null);
  return new Map(given.map(([name, value]) => [name.toLowerCase(), String(value)]));
}
