/** Files that reach an app on a phone: from the system’s dialog, or from another app that opens or shares them. */
import { File } from 'expo-file-system';
import { Linking } from 'react-native';

import type { ModelFilesModule } from '../../../../modules/model-files';
import type { ArrivalEvents, FileArrivals, GivenFile } from '../../types';
import { documentsPath } from './nativePaths';

/** Where a system keeps the files until the app looks. The address that it opens the app with is only a sign to look. */
interface ArrivalPlace {
  find(): Promise<string[]>;
  discard(file: string): Promise<void>;
}

type ArrivalModule = Pick<ModelFilesModule, 'list' | 'remove' | 'takeArrivals'>;

/** The kind that Info.plist names. */
const MODEL = /\.gguf$/i;

/** No address is followed that a link or another app states: see `ArrivalPlace`. */
export function createNativeFileArrivals(
  system: 'ios' | 'android',
  modelFiles: ArrivalModule,
): FileArrivals {
  const place = system === 'ios' ? createInbox(modelFiles) : createIntents(modelFiles);
  /** Files that arrived and weren’t let go of: they are found again, or opened again by an impatient person. */
  const held = new Set<string>();
  const unreported: string[] = [];
  let listeners: readonly ArrivalEvents[] = [];

  function look(): void {
    // What can’t be read now is found at the next look.
    place.find().then(report, () => undefined);
  }

  function report(found: readonly string[]): void {
    for (const file of found) {
      if (held.has(file)) continue;
      held.add(file);
      unreported.push(file);
    }
    // Each file once, also where two screens are there.
    const newest = listeners.at(-1);
    if (newest && unreported.length > 0) newest.onFiles(unreported.splice(0));
  }

  return {
    async pick() {
      const picked = await File.pickFileAsync({ multipleFiles: true });
      return picked.canceled ? [] : picked.result.map(({ uri }) => uri);
    },
    subscribe(events) {
      listeners = [...listeners, events];
      const opening = Linking.addEventListener('url', look);
      look();
      return () => {
        listeners = listeners.filter((each) => each !== events);
        opening.remove();
      };
    },
    async letGo(file) {
      if (!isHeld(file, held)) return;
      try {
        await place.discard(file);
        held.delete(file);
      } catch {
        // It stays held, so that it isn’t imported again before the next start.
      }
    },
  };
}

function isHeld(file: GivenFile, held: ReadonlySet<string>): file is string {
  return typeof file === 'string' && held.has(file);
}

/**
 * iOS copies each file into this folder before it opens the app, because Info.plist claims no files in their places. The
 * app may read and remove the copies; nothing of the person’s is here. What a killed import left is found again. An app
 * that opens other kinds of files, too, has them here for itself.
 */
function createInbox(modelFiles: ArrivalModule): ArrivalPlace {
  return {
    async find() {
      const folder = `${documentsPath()}/Inbox`;
      const copies = await modelFiles.list(folder);
      return copies.flatMap(({ path }) => (MODEL.test(path) ? [`${folder}/${path}`] : []));
    },
    discard: (file) => modelFiles.remove(file),
  };
}

/** Android lends the files: they stay where they are, and can be read as long as the app’s screen lives. */
function createIntents(modelFiles: ArrivalModule): ArrivalPlace {
  return {
    find: async () => (await modelFiles.takeArrivals?.()) ?? [],
    discard: () => Promise.resolve(),
  };
}
