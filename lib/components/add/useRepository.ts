/** Asks the hub for the repository that a person has opened. */
import { useEffect, useState } from 'react';
import type { RepositoryAddress } from '../../ai/discover/addressParts';
import type { JudgedRepository } from '../../ai/hub/judgeRepository';
import { useModelHub } from '../../ai/hub/ModelHubProvider';
import { isAbortError, toFailure } from '../../errors';
import type { ModelFailure } from '../../errors';

export type Opening =
  | { kind: 'asking' }
  | { kind: 'opened'; judged: JudgedRepository }
  | { kind: 'failed'; failure: ModelFailure };

/** The address must stay the same. */
export function useRepository(address: RepositoryAddress): { opening: Opening; retry: () => void } {
  const hub = useModelHub();
  const [attempt, setAttempt] = useState(0);
  const [opening, setOpening] = useState<Opening>({ kind: 'asking' });
  useEffect(() => {
    const controller = new AbortController();
    hub.open(address, controller.signal).then(
      (judged) => setOpening({ kind: 'opened', judged }),
      (error: unknown) => {
        if (!isAbortError(error)) setOpening({ kind: 'failed', failure: toFailure(error) });
      },
    );
    return () => controller.abort();
  }, [hub, address, attempt]);
  return {
    opening,
    retry() {
      setOpening({ kind: 'asking' });
      setAttempt(attempt + 1);
    },
  };
}
