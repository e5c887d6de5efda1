/** A process that dies at a chosen step: from then on nothing that it does takes effect. */
import type { FileStore, Platform } from '../../lib/platform/types';

export interface Mortal {
  change: (platform: Platform) => Partial<Platform>;
  /** Whether it came to the step. */
  isDead: () => boolean;
}

export interface Step {
  /** `move`, `append`, `digest`, `fetch` … */
  operation: keyof FileStore | 'digest' | 'fetch';
  path: string;
}

/** Dies before the step at which `dies` says so. */
export function mortal(dies: (step: Step) => boolean): Mortal {
  let isDead = false;
  const step = (operation: Step['operation'], path: string) => {
    isDead ||= dies({ operation, path });
    if (isDead) throw new Error(`died at ${operation} ${path}`);
  };
  return { isDead: () => isDead, change: (platform) => watched(platform, step) };
}

/** Dies before the n-th step that changes anything. */
export function mortalAt(n: number): Mortal {
  let steps = 0;
  return mortal(({ operation }) => CHANGES.has(operation) && ++steps === n);
}

const CHANGES: ReadonlySet<string> = new Set(['writeText', 'append', 'move', 'remove', 'fetch']);

type OnStep = (operation: Step['operation'], path: string) => Promise<void> | void;

/** The platform, telling of each step before it is taken; what the telling throws is how the step fails. */
export function watched(
  { files, digester, downloader }: Platform,
  onStep: OnStep,
): Pick<Platform, 'files' | 'digester' | 'downloader'> {
  const before = async <T>(told: Parameters<OnStep>, work: () => Promise<T>): Promise<T> => {
    await onStep(...told);
    return work();
  };
  return {
    files: {
      list: (folder) => before(['list', folder], () => files.list(folder)),
      readText: (path) => before(['readText', path], () => files.readText(path)),
      writeText: (path, text) => before(['writeText', path], () => files.writeText(path, text)),
      append: (request) => before(['append', request.path], () => files.append(request)),
      move: (from, to) => before(['move', to], () => files.move(from, to)),
      remove: (path) => before(['remove', path], () => files.remove(path)),
      freeBytes: () => files.freeBytes(),
    },
    digester: {
      ...digester,
      open: async (request) => {
        const digest = await digester.open(request);
        return {
          ...digest,
          readTo: (ends) => before(['digest', request.path], () => digest.readTo(ends)),
        };
      },
    },
    downloader: {
      ...downloader,
      fetchFile: (request, events, signal) =>
        before(['fetch', request.path], () => downloader.fetchFile(request, events, signal)),
    },
  };
}
