/**
 * Keeps a phone's screen on while a model downloads, shows the progress in a notification on Android, and vibrates when
 * something is done. Renders nothing. No page has this module: see `pageParts.cjs`.
 */
import { NotificationFeedbackType, notificationAsync, selectionAsync } from 'expo-haptics';
import { useKeepAwake } from 'expo-keep-awake';
import { useEffect, useRef } from 'react';
import { PermissionsAndroid } from 'react-native';
import { useManagerSnapshot, useModel } from '../../ai/ModelProvider';
import { useSettledChanges } from '../notices/useSettledChanges';
import type { OnSettled } from '../notices/useSettledChanges';

export function PhoneDuties() {
  const { host } = useModel();
  const moving = useManagerSnapshot(({ states }) =>
    Object.values(states).some(({ kind }) => kind === 'downloading' || kind === 'verifying'),
  );
  return (
    <>
      <Haptics />
      {moving ? <KeepAwake /> : null}
      {moving && host.kind === 'android' ? <AskForNotifications /> : null}
    </>
  );
}

// Works only in the foreground: behind other apps the screen isn't the app's, and the system continues the transfer.
function KeepAwake() {
  useKeepAwake('download', { suppressDeactivateWarnings: true });
  return null;
}

// Asked only when there is something to show. Android shows the question at most twice, however often the app asks.
function AskForNotifications() {
  useEffect(() => {
    const { POST_NOTIFICATIONS } = PermissionsAndroid.PERMISSIONS;
    // The transfer continues with any answer.
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
  // A tablet may have no motor: the screen shows what happened, too.
  feedback.catch(() => undefined);
}
