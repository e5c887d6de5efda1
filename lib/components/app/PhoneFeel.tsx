/**
 * What a phone does beside showing its screens: it stays awake while a model downloads, says on Android how far
 * that is, and can be felt when something is done.
 */
import { NotificationFeedbackType, notificationAsync, selectionAsync } from 'expo-haptics';
import { useKeepAwake } from 'expo-keep-awake';
import { useEffect, useRef } from 'react';
import { PermissionsAndroid } from 'react-native';
import { useManagerSnapshot, useModel } from '../../ai/ModelProvider';
import { isPhone } from '../ui/isPhone';
import { useSettledChanges } from '../notices/useSettledChanges';
import type { OnSettled } from '../notices/useSettledChanges';

/** Nothing in a browser. */
export function PhoneFeel() {
  const { host } = useModel();
  const moving = useManagerSnapshot(({ states }) =>
    Object.values(states).some(({ kind }) => kind === 'downloading' || kind === 'verifying'),
  );
  if (!isPhone(host)) return null;
  return (
    <>
      <Haptics />
      {moving ? <KeepAwake /> : null}
      {moving && host.kind === 'android' ? <AskForNotifications /> : null}
    </>
  );
}

// Only in front: behind other apps the screen isn't ours, and the system goes on with the transfer.
function KeepAwake() {
  useKeepAwake('download', { suppressDeactivateWarnings: true });
  return null;
}

// Not before there is something to tell. Android shows the question twice at most, whatever is asked.
function AskForNotifications() {
  useEffect(() => {
    const { POST_NOTIFICATIONS } = PermissionsAndroid.PERMISSIONS;
    // Whatever the answer, the transfer goes on.
    PermissionsAndroid.request(POST_NOTIFICATIONS).catch(() => undefined);
  }, []);
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
