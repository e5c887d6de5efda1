/** Files that a person chose on a phone. The system copies them, so that no byte of them passes through JavaScript. */
import { File, FileMode } from 'expo-file-system';

import type { ModelFilesModule } from '../../../../modules/model-files';
import { throwIfAborted } from '../../../download/flow/abortable';
import { ModelError } from '../../../errors';
import type { PickedFile, PickedFiles } from '../../types';
import { diskError } from './nativeErrors';
import { barePath, copyFile, fileAt, uriOf } from './nativePaths';

/** `given` is a URI, or an absolute path. Android’s pickers give URIs that name no path. */
export function createNativePickedFiles(
  modelFiles: Pick<ModelFilesModule, 'sync' | 'remove'>,
): PickedFiles {
  return {
    async open(given) {
      const named = typeof given === 'string' ? given : given.name;
      await Promise.resolve();
      try {
        const file = new File(/^[a-z]+:/i.test(named) ? named : uriOf(named));
        if (file.exists) return pickedFile(modelFiles, file);
      } catch (error) {
        throw diskError(error, { path: named });
      }
      throw new ModelError('DISK_IO', { path: named, reason: 'no such file' });
    },
  };
}

function pickedFile(modelFiles: Pick<ModelFilesModule, 'sync' | 'remove'>, file: File): PickedFile {
  const { name, uri, size: sizeBytes } = file;
  return {
    ...{ name, sizeBytes },
    async read(startBytes, lengthBytes) {
      await Promise.resolve();
      try {
        const handle = file.open(FileMode.ReadOnly);
        try {
          handle.offset = startBytes;
          return handle.readBytes(Math.max(0, Math.min(lengthBytes, sizeBytes - startBytes)));
        } finally {
          handle.close();
        }
      } catch (error) {
        throw diskError(error, { path: name });
      }
    },
    async bringTo({ path, onProgress }, signal) {
      const place = barePath(path);
      try {
        throwIfAborted(signal);
        await copyFile(uri, place);
        // The system’s copy can’t be called off, so that its result is thrown away.
        throwIfAborted(signal);
        if (fileAt(place).size !== sizeBytes) {
          const details = { fileName: name, problem: 'changed', reason: '' } as const;
          throw new ModelError('IMPORT_REFUSED', details);
        }
        await modelFiles.sync(place);
        onProgress(sizeBytes);
        return { how: 'copied', sha256: undefined };
      } catch (error) {
        // The import has already failed with its own error; the next one removes what is left.
        await modelFiles.remove(place).catch(() => undefined);
        throw diskError(error, { path, neededBytes: sizeBytes });
      }
    },
  };
}
