/** The worker that writes every byte in the models folder: files and transfers. */
import { ModelError } from '../../../errors';
import { systemClock } from '../../shared/systemClock';
import { createOpenFiles } from './openFiles';
import { createOpfsFileStore } from './opfsFileStore';
import { importFile } from './opfsImport';
import type { OpfsImport } from './opfsImport';
import { openModelsFolder } from './opfsPaths';
import { copyRanges, type OpfsCopy } from './opfsRanges';
import { transferFile } from './opfsTransfer';
import type { SignedFileRequest, TransferReport } from './opfsTransfer';
import { watchRangeConnections } from './rangeConnections';
import { hasSyncHandles } from './syncHandle';
import { createThrottle } from '../throttle';
import { serveCalls } from '../workerCalls';
import type { CallContext } from '../workerCalls';

export type FilesWorkerMethods = Awaited<ReturnType<typeof start>>;

async function start() {
  const root = await openModelsFolder();
  if (!hasSyncHandles()) {
    throw new ModelError('UNSUPPORTED', { feature: 'file-handles', host: 'web' });
  }
  const clock = systemClock;
  const openFiles = createOpenFiles(root, clock);
  const throttle = createThrottle(clock);
  const tools = { openFiles, clock, throttle, maxConnections: watchRangeConnections() };
  return {
    ...createOpfsFileStore(root, { openFiles, clock }),
    /** Resolves when the folder is open. */
    open: () => true,
    fetchFile: (request: SignedFileRequest, context: CallContext<TransferReport>) =>
      transferFile(request, { ...tools, context }),
    importFile: (request: OpfsImport, context: CallContext<number>) =>
      importFile(request, openFiles, context),
    copyRanges: (request: OpfsCopy) => copyRanges(root, openFiles, request),
    setRateLimit: throttle.set,
  };
}

serveCalls(start());

// The first number that is formatted makes a browser read the formats of all locales, for 15 ms and more. The threads of a
// page share them, so this one reads them while the page waits for its database.
new Intl.NumberFormat().format(0);
