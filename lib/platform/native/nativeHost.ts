/** A phone's properties and limits. */
import * as Device from 'expo-device';
import { AppState } from 'react-native';

import type { ModelFilesModule } from '../../../modules/model-files';
import { toldNumber } from '../shared/told';
import { createNativeFileArrivals } from './files/nativeFileArrivals';
import { createNativeForeignFiles } from './files/nativeForeignFiles';
import { barePath, uriOf } from './files/nativePaths';
import { createNativePickedFiles } from './files/nativePickedFiles';
import type { NativeNetwork } from './transfers/nativeNetwork';
import type { Host, HostEvent, Runtimes } from '../types';

/** Two calculations of the same start time, from the clock and the uptime, differ by less than this. */
const BOOT_STEP_MS = 60_000;

interface HostParts {
  network: Pick<NativeNetwork, 'isMetered'>;
  modelFiles: ModelFilesModule;
}

/** Never throws: facts that the system doesn't report are undefined. */
export async function createNativeHost(
  kind: 'ios' | 'android',
  runtimes: Runtimes,
  { network, modelFiles }: HostParts,
): Promise<Host> {
  return {
    kind,
    runtimes,
    maxModelBytes: undefined,
    storageName: 'This app’s documents',
    placeOf(path) {
      const place = barePath(path);
      return { path: place, uri: uriOf(place) };
    },
    foreignFiles: createNativeForeignFiles(modelFiles),
    pickedFiles: createNativePickedFiles(modelFiles),
    fileArrivals: createNativeFileArrivals(kind, modelFiles),
    isMetered: network.isMetered,
    bootId: await bootId(),
    requestPersistence: () => Promise.resolve(true),
    deviceName: [Device.modelName ?? 'Phone', systemName(kind)].join(', '),
    memory: () =>
      Promise.resolve({
        totalBytes: toldNumber(Device.totalMemory, 1),
        availableBytes: undefined,
      }),
    // An app isn't notified before it is ended, not even by a swipe.
    lastWords: undefined,
    keepLastWords: () => undefined,
    subscribe(listener) {
      const tell = (event: HostEvent) => () => {
        listener(event);
      };
      const subscriptions = [
        AppState.addEventListener('memoryWarning', tell('memory-pressure')),
        AppState.addEventListener('change', (state) => {
          // `inactive` can mean a glance at the notifications, with the app still in sight.
          if (state === 'background') listener('hidden');
          if (state === 'active') listener('shown');
        }),
      ];
      return () => {
        for (const subscription of subscriptions) subscription.remove();
      };
    },
  };
}

function systemName(kind: 'ios' | 'android'): string {
  return `${kind === 'ios' ? 'iOS' : 'Android'} ${Device.osVersion ?? ''}`.trim();
}

// Neither system has an id for its starts, so the minute of the start is used. Near the border between two
// minutes, one start can have two ids, which costs no more than the data that wasn't synced.
async function bootId(): Promise<string> {
  try {
    const uptimeMs = toldNumber(await Device.getUptimeAsync(), 1);
    if (uptimeMs === undefined) return unknownBoot();
    return `started-${String(Math.round((Date.now() - uptimeMs) / BOOT_STEP_MS))}`;
  } catch {
    return unknownBoot();
  }
}

/** Each start of the app then counts as a start of the system. */
function unknownBoot(): string {
  return `unknown-${String(Date.now())}`;
}
