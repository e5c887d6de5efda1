/** Reads the header of the chosen build while its dialog is open. */
import { useEffect, useState } from 'react';
import type { JudgedRepository } from '../../ai/hub/judgeRepository';
import { useModelHub } from '../../ai/hub/ModelHubProvider';

/**
 * The repository as it was opened, judged by every header that was read since. Another path calls off the reading of the
 * one before.
 */
export function useLook(opened: JudgedRepository, path: string | undefined): JudgedRepository {
  const hub = useModelHub();
  const [judged, setJudged] = useState(opened);
  useEffect(() => {
    const { repository, builds } = opened;
    const chosen = builds.find(({ found }) => found.path === path);
    if (chosen?.look.kind !== 'unread') return undefined;
    const controller = new AbortController();
    hub.look(repository, chosen.found.build, controller.signal).then(
      (look) => setJudged((before) => hub.withLook(before, chosen.found.path, look)),
      // Called off: nobody waits for it any more.
      () => undefined,
    );
    return () => controller.abort();
  }, [hub, opened, path]);
  return judged;
}
