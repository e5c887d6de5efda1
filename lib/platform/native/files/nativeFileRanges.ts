/** Parts of files of a phone: the app's own module hashes and copies them, so that no thread of JavaScript waits. */
import { FileMode } from 'expo-file-system';

import type { ModelFilesModule } from '../../../../modules/model-files';
import type { FileRanges } from '../../types';
import { diskError } from './nativeErrors';
import { barePath, fileAt } from './nativePaths';

export function createNativeFileRanges(
  modelFiles: Pick<ModelFilesModule, 'digestRange' | 'copyRange'>,
): FileRanges {
  return {
    async read(path, { startBytes, endBytes }) {
      await Promise.resolve();
      const place = barePath(path);
      try {
        const handle = fileAt(place).open(FileMode.ReadOnly);
        try {
          handle.offset = startBytes;
          return handle.readBytes(Math.max(0, Math.min(endBytes, handle.size ?? 0) - startBytes));
        } finally {
          handle.close();
        }
      } catch (error) {
        throw diskError(error, { path });
      }
    },

    async digests(path, ranges) {
      const place = barePath(path);
      const hexes: string[] = [];
      try {
        for (const { startBytes, endBytes } of ranges) {
          hexes.push(await modelFiles.digestRange(place, startBytes, endBytes));
        }
        return hexes;
      } catch (error) {
        throw diskError(error, { path });
      }
    },

    async copy(from, to, ranges) {
      const places = [barePath(from), barePath(to)] as const;
      for (const { startBytes, endBytes, toBytes } of ranges) {
        try {
          await modelFiles.copyRange(...places, startBytes, endBytes, toBytes);
        } catch (error) {
          throw diskError(error, { path: to, neededBytes: endBytes - startBytes });
        }
      }
    },
  };
}
