/** Asks a question over the network while a dialog is shown. */
import { useEffect, useState } from 'react';
import { isAbortError, toFailure } from '../../errors';
import type { ModelFailure } from '../../errors';

export type Answer<T> =
  { kind: 'asking' } | { kind: 'answered'; value: T } | { kind: 'failed'; failure: ModelFailure };

/** `ask` must stay the same function: another one asks again. */
export function useAnswer<T>(ask: (signal: AbortSignal) => Promise<T>): {
  answer: Answer<T>;
  retry: () => void;
} {
  const [attempt, setAttempt] = useState(0);
  const [answer, setAnswer] = useState<Answer<T>>({ kind: 'asking' });
  useEffect(() => {
    const controller = new AbortController();
    ask(controller.signal).then(
      (value) => setAnswer({ kind: 'answered', value }),
      (error: unknown) => {
        if (!isAbortError(error)) setAnswer({ kind: 'failed', failure: toFailure(error) });
      },
    );
    return () => controller.abort();
  }, [ask, attempt]);
  return {
    answer,
    retry() {
      setAnswer({ kind: 'asking' });
      setAttempt(attempt + 1);
    },
  };
}
