/** The package that downloads on Android 14 and newer, in processes of one phone: what they said, and how they end. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startJvm, type Jvm } from './jvm';
import type { Compiled } from './kotlinSetup';

export type DownloadEvent =
  | { event: 'begin'; id: string; expectedBytes: number; headers: Record<string, string> }
  | { event: 'progress'; id: string; bytesDownloaded: number; bytesTotal: number }
  | { event: 'done'; id: string; bytesDownloaded: number; bytesTotal: number }
  | { event: 'error'; id: string; errorCode: number; message: string };

type EventOf<Name> = Extract<DownloadEvent, { event: Name }>;

interface Task {
  id: string;
  isPaused: boolean;
  bytesDownloaded: number;
}

export interface Download {
  id: string;
  url: string;
  /** Absolute path. */
  destination: string;
  headers?: Readonly<Record<string, string>>;
}

export interface AndroidPhone {
  /** A place for a file of this name. */
  at(name: string): string;
  /** All of this process, in their order. */
  events: readonly DownloadEvent[];
  /** The first event of a kind about a download, past or future. */
  until<Name extends DownloadEvent['event']>(
    event: Name,
    id: string,
    fits?: (event: EventOf<Name>) => boolean,
  ): Promise<EventOf<Name>>;
  download(task: Download): Promise<void>;
  pause(id: string): Promise<void>;
  resume(task: Download): Promise<void>;
  stop(id: string): Promise<void>;
  /** The system takes a job's place away, and gives it back. */
  stopJob(id: string): Promise<void>;
  /** To the end of the process: the system holds jobs back that it is given from now on. */
  loseNetwork(): Promise<void>;
  untilThreadEnds(id: string): Promise<void>;
  tasks(): Promise<Task[]>;
  /** Ids of downloads that the system has a job for. */
  jobs(): Promise<string[]>;
  /** The app's process dies; the system starts another for the jobs that it has, in an app that may be the package alone. */
  die(app?: 'package' | 'ours'): Promise<void>;
  dispose(): Promise<void>;
}

export function openAndroidPhone({ toolchain, downloaderClasses }: Compiled): AndroidPhone {
  const folder = mkdtempSync(join(tmpdir(), 'modelshelf-android-'));
  const listeners = new Set<() => void>();
  let events: DownloadEvent[] = [];
  const start = () =>
    startJvm({
      toolchain,
      classes: downloaderClasses,
      main: 'dev.modelshelf.proof.DownloaderMainKt',
      properties: { 'phone.folder': folder },
      onEvent(event) {
        events.push(event as DownloadEvent);
        for (const listen of [...listeners]) listen();
      },
    });
  let jvm: Jvm = start();

  const ask = async (name: string, { id, url, destination, headers = {} }: Download) => {
    await jvm.call(name, id, url, destination, ...Object.entries(headers).flat());
  };

  return {
    at: (name) => join(folder, name),
    get events() {
      return events;
    },
    until: (name, id, fits = () => true) =>
      new Promise((resolve) => {
        const look = () => {
          const found = events.find(
            (event): event is EventOf<typeof name> =>
              event.event === name && event.id === id && fits(event as EventOf<typeof name>),
          );
          if (!found) return;
          listeners.delete(look);
          resolve(found);
        };
        listeners.add(look);
        look();
      }),
    download: (task) => ask('download', task),
    resume: (task) => ask('resume', task),
    async pause(id) {
      await jvm.call('pause', id);
    },
    async stop(id) {
      await jvm.call('stop', id);
    },
    async stopJob(id) {
      await jvm.call('stopJob', id);
    },
    async loseNetwork() {
      await jvm.call('loseNetwork');
    },
    async untilThreadEnds(id) {
      await jvm.call('untilThreadEnds', id);
    },
    tasks: async () => (await jvm.call('tasks')) as Task[],
    jobs: async () => (await jvm.call('jobs')) as string[],
    async die(app = 'ours') {
      await jvm.kill();
      events = [];
      jvm = start();
      // Before anything else of a process.
      if (app === 'ours') await jvm.call('startProvider');
      await jvm.call('startJobs');
    },
    async dispose() {
      await jvm.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
