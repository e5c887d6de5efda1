/** What a phone does beside showing: its screen stays on while a model downloads, and it can be felt when something is done. */
import { NotificationFeedbackType, notificationAsync, selectionAsync } from 'expo-haptics';
import { useKeepAwake } from 'expo-keep-awake';
import { useEffect, useRef } from 'react';
import { useModel } from '../ai/ModelProvider';
import { isPhone } from './isPhone';
import { useSettledChanges } from './useSettledChanges';
import type { OnSettled } from './useSettledChanges';

/** Nothing in a browser. */
export function PhoneFeel() {
  const { host, snapshot } = useModel();
  if (!isPhone(host)) return null;
  const moving = Object.values(snapshot.states).some(
    ({ kind }) => kind === 'downloading' || kind === 'verifying',
  );
  return (
    <>
      <Haptics />
      {moving ? <KeepAwake /> : null}
    </>
  );
}

// Only in front: behind other apps the screen isn't ours, and the system goes on with the transfer.
function KeepAwake() {
  useKeepAwake('download', { suppressDeactivateWarnings: true });
  return null;
}

function Haptics() {
  const { selectedModelId } = useModel();
  const felt = useRef(selectedModelId);
  useEffect(() => {
    if (felt.current === selectedModelId) return;
    felt.current = selectedModelId;
    play(selectionAsync());
  }, [selectedModelId]);
  useSettledChanges(feelOutcome);
  return null;
}

const feelOutcome: OnSettled = (_config, before, after) => {
  const downloaded = after.kind === 'installed';
  const removed = before.kind === 'installed' && after.kind === 'absent';
  if (downloaded || removed) play(notificationAsync(NotificationFeedbackType.Success));
};

function play(feedback: Promise<void>): void {
  // A tablet without a motor: what happened is on the screen, too.
  feedback.catch(() => undefined);
}
