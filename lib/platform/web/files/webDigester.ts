/** The page's side of reading files back: a port over a worker. */
import type { Digester, FileRanges } from '../../types';
import { SERVED_ASSETS } from '../webAssets';
import type { HashWorkerMethods } from './hashWorker';
import { connectWorker } from '../workerCalls';
import type { WorkerConnection, WorkerSource } from '../workerCalls';

export interface WebDigester extends Digester {
  digestRanges: FileRanges['digests'];
  /** Calls under way reject. */
  close(): void;
}

/** The worker starts with the first file. */
export function createWebDigester(source: WorkerSource = SERVED_ASSETS.hashWorker): WebDigester {
  let worker: WorkerConnection<HashWorkerMethods> | undefined;
  const connect = () => (worker ??= connectWorker<HashWorkerMethods>(source));
  return {
    readBytes: (request) => connect().call('readBytes', request),
    async open(request) {
      const { call } = connect();
      const id = await call('open', request);
      return {
        readTo: (ends) => call('readTo', { id, ends }),
        stepBack: () => call('stepBack', id),
        close: () => call('close', id),
      };
    },
    digestRanges: (path, ranges) => connect().call('digestRanges', { path, ranges }),
    close() {
      worker?.close();
    },
  };
}
