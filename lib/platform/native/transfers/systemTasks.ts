/**
 * The downloads that the system makes for the app, found by the file that they are for: also those
 * that an earlier run of the app began. Knows the package, and nothing of what the files are.
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

/** With progress in Android's notification, which has to be there anyway. */
const CONFIG = { progressInterval: 500, showNotificationsEnabled: true };

/** Of which request a task is, kept by the system beside it. */
const ABOUT = v.object({
  path: v.string(),
  /** The address that was asked for, before any redirect. */
  url: v.string(),
  /** The first byte that it brings. */
  startBytes: v.number(),
  /** One past the last; null for all that follow where nobody has said how many those are. */
  endBytes: v.nullable(v.number()),
  /** The size of the whole file, or null where nobody has said. */
  expectedBytes: v.nullable(v.number()),
  /** Whether the system itself keeps it from metered networks. */
  isKeptToWifi: v.boolean(),
  /** What the notification of Android 14 and newer is headed with. */
  notificationTitle: v.string(),
});

export type TaskAbout = v.InferOutput<typeof ABOUT>;

export type TaskEnd = { kind: 'done' } | { kind: 'failed'; errorCode: number };

export interface TaskEvents {
  /** The head of the answer, names in lower case; not for each task, and empty where the system tells none. */
  onBegin(headers: ReadonlyMap<string, string>): void;
  onReceived(receivedBytes: number): void;
}

export interface SystemTask {
  readonly id: string;
  readonly about: TaskAbout;
  /** Whether this run of the app began it. */
  readonly isOfThisRun: boolean;
  isPaused(): boolean;
  /** The system says that it has come; then it is there, or never will be. */
  isOver(): boolean;
  /** By the system's count, which may lag behind. */
  receivedBytes(): number;
  /** From here on; whatever happened before is seen on the disk alone. Before `resume`, so that nothing is told to nobody. */
  listen(events: TaskEvents): Promise<TaskEnd>;
  pause(): Promise<void>;
  /** Rejects where the system would not go on: iOS keeps nothing of a task that had brought nothing when it was paused. */
  resume(): Promise<void>;
  /** Ends it for good; the system removes what it had. */
  stop(): Promise<void>;
}

export interface NewTask {
  about: TaskAbout;
  /** Where redirects led. The request for a file's bytes carries no sign-in. */
  directUrl: string;
  /** Bare and absolute; the system keeps up with a container that moves. */
  destination: string;
}

export interface SystemTasks {
  find(): Promise<SystemTask[]>;
  /** Paused, and nothing for the system yet: it begins when it is resumed. */
  create(task: NewTask): SystemTask;
}

interface Run {
  /** Under way. In the middle of one the package takes a task for lost, and removes what it had. */
  pauses: Set<Promise<void>>;
  /** Ids of tasks that this run of the app began. */
  begun: Set<string>;
}

/** Undefined where the package's native part isn't in the app. */
export async function openSystemTasks(clock: Clock): Promise<SystemTasks | undefined> {
  try {
    // Only this asks for a reason to fail: with the app's first look at what the system has.
    await getExistingDownloadTasks();
  } catch {
    // Nothing else can be wrong here: what the package can't do is done in the foreground.
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
        // Never one that was there before: events that come late would be taken for the new task's.
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
            // iOS waits for this before it lets a woken app sleep again; after a refusal, until its time is up.
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
