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

/** With progress in Android's notification, which has to be there anyway. */
const CONFIG = { progressInterval: 500, showNotificationsEnabled: true };

/** Of which request a task is, kept by the system beside it. */
const ABOUT = v.object({
  path: v.string(),
  /** The address that was asked for, before any redirect. */
  url: v.string(),
  expectedBytes: v.nullable(v.number()),
  /** Whether the system itself keeps it from metered networks. */
  isKeptToWifi: v.boolean(),
});

export type TaskAbout = v.InferOutput<typeof ABOUT>;

export type TaskEnd = { kind: 'done' } | { kind: 'failed'; errorCode: number };

export interface SystemTask {
  readonly about: TaskAbout;
  isPaused(): boolean;
  /** The system says that it has come; then it is there, or never will be. */
  isOver(): boolean;
  /** By the system's count, which may lag behind. */
  receivedBytes(): number;
  /** From here on; whatever happened before is seen on the disk alone. Before `resume`, so that nothing is told to nobody. */
  listen(onReceived: (receivedBytes: number) => void): Promise<TaskEnd>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Ends it for good; the system removes what it had. */
  stop(): Promise<void>;
}

export interface NewTask {
  about: TaskAbout;
  /** Where redirects led. The request for a whole file carries no sign-in. */
  directUrl: string;
  /** Bare and absolute; the system keeps up with a container that moves. */
  destination: string;
}

export interface SystemTasks {
  find(): Promise<SystemTask[]>;
  /** Paused, and nothing for the system yet: it begins when it is resumed. */
  create(task: NewTask): SystemTask;
}

/** Undefined where the package's native part isn't in the app. */
export async function openSystemTasks(): Promise<SystemTasks | undefined> {
  try {
    // Only this asks for a reason to fail: with the app's first look at what the system has.
    await getExistingDownloadTasks();
  } catch {
    // Nothing else can be wrong here: what the package can't do is done in the foreground.
    return undefined;
  }
  setConfig(CONFIG);
  /** Under way. In the middle of one the package takes a task for lost, and removes what it had. */
  const pauses = new Set<Promise<void>>();
  return {
    async find() {
      await Promise.allSettled(pauses);
      const tasks = await getExistingDownloadTasks();
      return tasks.flatMap((task) => {
        const about = v.safeParse(ABOUT, task.metadata);
        return about.success ? [adapt(task, about.output, { isNew: false, pauses })] : [];
      });
    },
    create({ about, directUrl, destination }) {
      const task = createDownloadTask({
        id: encodeURIComponent(about.path),
        url: directUrl,
        destination,
        headers: { 'Accept-Encoding': 'identity' },
        metadata: about,
        isAllowedOverRoaming: true,
        isAllowedOverMetered: !about.isKeptToWifi,
      });
      return adapt(task, about, { isNew: true, pauses });
    },
  };
}

function adapt(
  task: DownloadTask,
  about: TaskAbout,
  { isNew, pauses }: { isNew: boolean; pauses: Set<Promise<void>> },
): SystemTask {
  let isBegun = !isNew;
  return {
    about,
    isPaused: () => !isBegun || task.state === 'PAUSED',
    isOver: () => task.state === 'DONE',
    receivedBytes: () => task.bytesDownloaded,
    listen(onReceived) {
      return new Promise<TaskEnd>((resolve) => {
        task
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
        await task.resume();
        return;
      }
      isBegun = true;
      task.start();
    },
    stop: () => task.stop(),
  };
}
