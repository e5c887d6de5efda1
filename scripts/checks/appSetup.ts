/** Before tests of the exported app: an export of these sources. Takes no time when there is one. */
import { buildApp } from '../build/buildApp';

export async function setup(): Promise<void> {
  await buildApp(() => undefined);
}
