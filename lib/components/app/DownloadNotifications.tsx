/** Lets the system tell when a download has ended while the app is out of sight, if a person wants that. Renders nothing. */
import { useCallback, useEffect, useRef } from 'react';
import { useModel } from '../../ai/ModelProvider';
import type { ModelState } from '../../ai/modelState';
import { usePreferences } from '../../ai/settings/PreferencesProvider';
import { outcomeOf } from '../notices/outcomes';
import { useSettledChanges, type OnSettled } from '../notices/useSettledChanges';

export function DownloadNotifications() {
  const { host } = useModel();
  const { notifyOfDownloads } = usePreferences();
  const isHidden = useRef(false);
  useEffect(
    () =>
      host.subscribe((event) => {
        if (event !== 'memory-pressure') isHidden.current = event === 'hidden';
      }),
    [host],
  );
  const notify = useCallback<OnSettled>(
    ({ modelId, displayName }, before, after) => {
      if (!notifyOfDownloads || !isHidden.current || !hasEnded(before, after)) return;
      const text = outcomeOf(displayName, before, after);
      if (text !== undefined) host.notifications?.show({ id: modelId, title: 'Modelshelf', text });
    },
    [host, notifyOfDownloads],
  );
  useSettledChanges(notify);
  return null;
}

/** Whether a download ended by itself, well or not. */
function hasEnded(before: ModelState, after: ModelState): boolean {
  const didRun = ['downloading', 'waiting', 'arriving'].includes(before.kind);
  return didRun && (after.kind === 'installed' || after.kind === 'failed');
}
