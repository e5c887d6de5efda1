/** Listens to one transfer of the system's until it ends, is called off, or is better made another way. */
import { abortError } from '../../errors';
import { tooMuch, type Incoming } from './incoming';
import type { SystemTask, TaskEnd } from './systemTasks';

export interface Following {
  incoming: Incoming;
  onUnderway: (receivedBytes: number, isHeld: boolean) => void;
  /** Calls back when something of the two below may have changed. */
  subscribe: (listener: () => void) => () => void;
  /** Whether this is a network that files shall not be fetched on. */
  isForbidden: () => boolean;
  /** Whether the system holds the task back on such a network, and on it alone. */
  isKept: () => boolean;
  /** Whether it may be fetched on any network now. */
  isFree: () => boolean;
}

/**
 * Resolves when the transfer is over, or is no use as it was begun: then it is paused, and failed.
 * Rejects with AbortError once it is paused, and goes on when it is followed again.
 * @throws ModelError LENGTH_MISMATCH, having stopped it, when it brings more than there is
 */
export async function followTask(
  task: SystemTask,
  following: Following,
  signal: AbortSignal,
): Promise<TaskEnd> {
  const { incoming, onUnderway, subscribe, isForbidden, isKept, isFree } = following;
  const { path, expectedBytes } = incoming;
  let receivedBytes = task.receivedBytes();
  const early = createEarlyEnd();
  const show = () => {
    onUnderway(receivedBytes, isForbidden());
  };

  function look(): void {
    if (isFree() && isKept()) {
      // The system would wait for Wi-Fi, which nobody wants any more.
      early.settleAfter(task.pause(), LOST);
      return;
    }
    // What the system can neither pause nor go on with is begun again.
    if (isForbidden() && !isKept()) early.settleUnless(task.pause(), LOST);
    else if (task.isPaused()) early.settleUnless(task.resume(), LOST);
    show();
  }

  const ended = task.listen((bytes) => {
    receivedBytes = bytes;
    if (expectedBytes !== undefined && bytes > expectedBytes) {
      early.failAfter(task.stop(), tooMuch(path, { expectedBytes, actualBytes: bytes }));
      return;
    }
    show();
  });
  const stop = () => {
    early.failAfter(task.pause(), abortError());
  };
  const stopLooking = subscribe(look);
  signal.addEventListener('abort', stop);
  try {
    if (signal.aborted) stop();
    else look();
    return await Promise.race([ended, early.end]);
  } finally {
    signal.removeEventListener('abort', stop);
    stopLooking();
  }
}

const LOST: TaskEnd = { kind: 'failed', errorCode: 0 };

function createEarlyEnd() {
  let settle: (end: TaskEnd) => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const end = new Promise<TaskEnd>((resolve, reject) => {
    settle = resolve;
    fail = reject;
  });
  // Where it isn't awaited any more, the transfer has ended by itself.
  end.catch(() => undefined);
  return {
    end,
    settleAfter(work: Promise<void>, value: TaskEnd) {
      const now = () => {
        settle(value);
      };
      work.then(now, now);
    },
    settleUnless(work: Promise<void>, value: TaskEnd) {
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
