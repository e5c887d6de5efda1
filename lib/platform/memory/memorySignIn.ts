/** A sign-in in memory: what a browser would keep for one tab, and what all tabs share. */
import type { HeldToken } from '../addresses/heldToken';
import type { HubSignIn, SignInPage, SignInRecord } from '../types';

/** What all tabs share. */
export interface MemoryKept {
  record: SignInRecord | undefined;
  /** Thrown by the next call that reads or writes. */
  failure: Error | undefined;
}

export interface MemorySignInOptions {
  kept: MemoryKept;
  held: HeldToken;
  page?: SignInPage | undefined;
  keeping?: HubSignIn['keeping'] | undefined;
}

export function createMemorySignIn({
  kept,
  held,
  page,
  keeping = 'choice',
}: MemorySignInOptions): HubSignIn {
  let ofTab: SignInRecord | undefined;
  let texts = 0;
  const failing = () => {
    const { failure } = kept;
    kept.failure = undefined;
    return failure === undefined ? undefined : Promise.reject(failure);
  };
  return {
    keeping,
    isSafe: true,
    use: held.use,
    read: () => failing() ?? Promise.resolve(ofTab ?? kept.record),
    write(record) {
      const failed = failing();
      if (failed) return failed;
      ofTab = record.isLasting ? undefined : record;
      kept.record = record.isLasting ? record : undefined;
      return Promise.resolve();
    },
    remove() {
      const failed = failing();
      if (failed) return failed;
      ofTab = undefined;
      kept.record = undefined;
      return Promise.resolve();
    },
    randomText: () => String((texts += 1)).padStart(43, 'r'),
    ...(page && { page }),
  };
}
