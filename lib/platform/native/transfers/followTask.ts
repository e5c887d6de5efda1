/** Listens to one transfer of the system's until it ends, is called off, or is better made another way. */
import { abortError, type ModelError } from '../../../errors';
import type { Clock } from '../../types';
import { watchTask, type Pulse } from './stillTask';
import type { SystemTask, TaskEnd } from './systemTasks';

export interface Following {
  clock: Clock;
  /** Bytes that it may bring; undefined where nobody has said. */
  expectedBytes: number | undefined;
  /** What it fails with when it brings more. */
  tooMuch: (actualBytes: number) => ModelError;
  /** What it fails with when that is the head of its answer; undefined where it may come. */
  judgeHead: (headers: ReadonlyMap<string, string>) => ModelError | undefined;
  onUnderway: (receivedBytes: number) => void;
  /** What came of it, when the system tells of so many bytes. */
  countOf: (toldBytes: number) => number;
  /** When it was last told of; those that wait for each other have one together. */
  pulse: Pulse;
  /** Another number whenever bytes have come; undefined where the system doesn't have it. */
  count: () => Promise<number | undefined>;
  isOffline: () => boolean;
  /** Calls back when the network may have changed, or something of the three below. */
  subscribe: (listener: () => void) => () => void;
  /** Whether this is a network that files shall not be fetched on. */
  isForbidden: () => boolean;
  /** Whether the system holds the task back on such a network, and on it alone. */
  isKept: () => boolean;
  /** Whether it may be fetched on any network now. */
  isFree: () => boolean;
  /** Aborted when nobody needs to listen any more; the transfer goes on. */
  leaving: AbortSignal;
}

/** `still` when nothing came for a minute, and nobody knows why: then it is paused, and goes on when it is followed again. */
export type FollowEnd = TaskEnd | { kind: 'still' };

/**
 * Resolves when the transfer is over, or is no use as it was begun: then it is paused, and failed.
 * Rejects with AbortError once it is paused, and goes on when it is followed again; also when it is left.
 * @throws ModelError `tooMuch`, having stopped it, when it brings more than there is; what `judgeHead` gives
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
      // Events come late, too.
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
      // The system would wait for Wi-Fi, which nobody wants any more.
      early.settleAfter(task.pause(), LOST);
      return;
    }
    // What the system can neither pause nor go on with is begun again.
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
  // Where it isn't awaited any more, the transfer has ended by itself.
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
