/** The worker that owns every byte in the models folder: files, hashing and transfers. */
import { ModelError } from '../../errors';
import { systemClock } from '../systemClock';
import type { FileRequest } from '../types';
import { hasSyncHandles } from './fileWriter';
import { createOpfsFileStore } from './opfsFileStore';
import { openModelsFolder } from './opfsPaths';
import { transferFile } from './opfsTransfer';
import { serveCalls } from './workerCalls';
import type { CallContext } from './workerCalls';

export type FilesWorkerMethods = Awaited<ReturnType<typeof start>>;

async function start() {
  const root = await openModelsFolder();
  if (!hasSyncHandles()) {
    const feature = 'file access handles (the browser is too old)';
    throw new ModelError('UNSUPPORTED', { feature, host: 'web' });
  }
  return {
    ...createOpfsFileStore(root, systemClock),
    /** Answers when the folder is open. */
    open: () => true,
    fetchFile: (request: FileRequest, context: CallContext) =>
      transferFile(root, request, { clock: systemClock, context }),
  };
}

serveCalls(start());
