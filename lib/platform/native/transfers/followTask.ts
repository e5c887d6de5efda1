/** Listens to one of the system's transfers until it ends, is aborted, or has to be begun again in another way. */
import { abortError, type ModelError } from '../../../errors';
import type { Clock } from '../../types';
import { watchTask, type Pulse } from './stillTask';
import type { SystemTask, TaskEnd } from './systemTasks';

export interface Following {
  clock: Clock;
  /** The number of bytes to expect; undefined where it isn't known. */
  expectedBytes: number | undefined;
  /** The failure when more bytes arrive. */
  tooMuch: (actualBytes: number) => ModelError;
  /** The failure for an answer with these headers; undefined where the answer is acceptable. */
  judgeHead: (headers: ReadonlyMap<string, string>) => ModelError | undefined;
  onUnderway: (receivedBytes: number) => void;
  /** The real number of received bytes, given the number that the system reports. */
  countOf: (toldBytes: number) => number;
  /** The time of the last event; transfers that wait for each other share one. */
  pulse: Pulse;
  /** A number that changes whenever bytes have arrived; undefined where the system doesn't have the transfer. */
  count: () => Promise<number | undefined>;
  isOffline: () => boolean;
  /** Calls back when the network, or one of the three values below, may have changed. */
  subscribe: (listener: () => void) => () => void;
  /** Whether files may not be fetched on the current network. */
  isForbidden: () => boolean;
  /** Whether the system itself holds the task back on such networks, and only there. */
  isKept: () => boolean;
  /** Whether the file may be fetched on any network now. */
  isFree: () => boolean;
  /** Aborted when the caller stops listening; the transfer continues. */
  leaving: AbortSignal;
}

/**
 * `still`: no bytes arrived for a minute, for no known reason. The task is then paused, and continues when it is
 * followed again.
 */
export type FollowEnd = TaskEnd | { kind: 'still' };

/**
 * Resolves when the transfer has ended. A transfer that can't be used as it was begun is paused and counts as failed.
 * On abort, rejects with AbortError after the transfer is paused; it continues when it is followed again. Rejects
 * with AbortError also when `leaving` aborts.
 * @throws ModelError `tooMuch`, after stopping the transfer, when too many bytes arrive; the failure from `judgeHead`
 */
export async function followTask(
  task: SystemTask,
  following: Following,
  signal: AbortSignal,
): Promise<FollowEnd> {
  const { expectedBytes, leaving, isForbidden, isOffline } = following;
  const early = createEarlyEnd();
  const look = lookFor(task, following, early);
  const watched = {
    ...following,
    isHeld: () => isForbidden() || isOffline() || task.isPaused(),
    mayBeHeld: following.isKept,
  };
  const watch = watchTask(watched, (isListed) => {
    if (isListed) early.settleAfter(task.pause(), { kind: 'still' });
    else early.settle(LOST);
  });
  let isOver = false;

  const ended = task.listen({
    onBegin(headers) {
      if (isOver) return;
      watch.heard();
      const error = following.judgeHead(headers);
      if (error) early.failAfter(task.stop(), error);
    },
    onReceived(told) {
      // Events may arrive late.
      if (isOver) return;
      watch.heard();
      const bytes = following.countOf(told);
      if (expectedBytes !== undefined && bytes > expectedBytes) {
        early.failAfter(task.stop(), following.tooMuch(bytes));
        return;
      }
      following.onUnderway(bytes);
    },
  });
  const stop = () => {
    early.failAfter(task.pause(), abortError());
  };
  const leave = () => {
    early.fail(abortError());
  };
  const stopLooking = following.subscribe(look);
  signal.addEventListener('abort', stop);
  leaving.addEventListener('abort', leave);
  try {
    if (signal.aborted) stop();
    else look();
    return await Promise.race([ended, early.end]);
  } finally {
    isOver = true;
    watch.close();
    signal.removeEventListener('abort', stop);
    leaving.removeEventListener('abort', leave);
    stopLooking();
  }
}

function lookFor(task: SystemTask, following: Following, early: EarlyEnd): () => void {
  const { onUnderway, countOf, isForbidden, isKept, isFree } = following;
  return () => {
    if (isFree() && isKept()) {
      // The system would still wait for Wi-Fi, which is no longer required.
      early.settleAfter(task.pause(), LOST);
      return;
    }
    // A transfer that the system can neither pause nor resume is begun again.
    if (isForbidden() && !isKept()) early.settleUnless(task.pause(), LOST);
    else if (task.isPaused()) early.settleUnless(task.resume(), LOST);
    onUnderway(countOf(task.receivedBytes()));
  };
}

const LOST: TaskEnd = { kind: 'failed', errorCode: 0 };

type EarlyEnd = ReturnType<typeof createEarlyEnd>;

function createEarlyEnd() {
  let settle: (end: FollowEnd) => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const end = new Promise<FollowEnd>((resolve, reject) => {
    settle = resolve;
    fail = reject;
  });
  // If this promise isn't awaited any more, the transfer has ended by itself.
  end.catch(() => undefined);
  return {
    end,
    settle,
    fail,
    settleAfter(work: Promise<void>, value: FollowEnd) {
      const now = () => {
        settle(value);
      };
      work.then(now, now);
    },
    settleUnless(work: Promise<void>, value: FollowEnd) {
      work.catch(() => {
        settle(value);
      });
    },
    failAfter(work: Promise<void>, error: Error) {
      const now = () => {
        fail(error);
      };
      work.then(now, now);
    },
  };
}
