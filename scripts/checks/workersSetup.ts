/** Before browser tests: the workers that they start by address, as the app does. */
import { buildWorkers } from '../buildWorkers';

export async function setup(): Promise<void> {
  await buildWorkers();
}
