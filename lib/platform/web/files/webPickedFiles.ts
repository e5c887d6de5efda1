/** Files that a person picked, dropped onto the page or opened with the app; a browser names them by no path. */
import { finallyDo } from '../../../download/flow/finallyDo';
import { ModelError } from '../../../errors';
import { storeSegments } from '../../shared/storePath';
import type { FileStore, PickedFiles } from '../../types';
import type { WorkerConnection } from '../workerCalls';
import type { FilesWorkerMethods } from './filesWorker';
import { readPiece } from './readPiece';

/** Nothing is ever shared: the private file system has no links and no clones. */
export function createWebPickedFiles(
  worker: Pick<WorkerConnection<FilesWorkerMethods>, 'call'>,
  files: Pick<FileStore, 'remove'>,
): PickedFiles {
  return {
    async open(given) {
      if (!(given instanceof File)) {
        const path = typeof given === 'string' ? given : given.name;
        throw new ModelError('DISK_IO', { path, reason: 'a browser opens no paths' });
      }
      await refuseFolder(given);
      return {
        name: given.name,
        sizeBytes: given.size,
        read: (startBytes, lengthBytes) => readPiece(given, startBytes, lengthBytes),
        async bringTo({ path, onProgress }, signal) {
          storeSegments(path);
          const copy = () =>
            worker.call('importFile', { file: given, path }, { onReport: onProgress, signal });
          let isWhole = false;
          const work = async () => {
            const sha256 = await copy();
            isWhole = true;
            return { how: 'copied' as const, sha256 };
          };
          return finallyDo(work, () => (isWhole ? undefined : files.remove(path)));
        },
      };
    },
  };
}

/** A dropped folder is a `File`, too, of which not a byte can be read. */
async function refuseFolder(file: File): Promise<void> {
  try {
    await file.slice(0, 1).arrayBuffer();
  } catch (cause) {
    const reason = 'it is a folder, or it can’t be read';
    const details = { fileName: file.name, problem: 'not-a-model', reason } as const;
    throw new ModelError('IMPORT_REFUSED', details, { cause });
  }
}
