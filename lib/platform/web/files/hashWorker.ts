/** The worker that reads files back, so that hashing doesn't slow down a transfer. */
import { systemClock } from '../../shared/systemClock';
import { createOpfsDigester } from './opfsDigester';
import { openModelsFolder } from './opfsPaths';
import { serveCalls } from '../workerCalls';

export type HashWorkerMethods = Awaited<ReturnType<typeof start>>;

async function start() {
  return createOpfsDigester(await openModelsFolder(), systemClock);
}

serveCalls(start());
