/** `modelshelf places`: the folders on other drives where models lie. */
import { foldersAt } from '../../lib/platform/shared/homes';
import { readHomes } from '../../lib/download/store/volumes';
import { formatBytes, printable } from '../../lib/components/words/words';
import type { Place, Platform } from '../../lib/platform/types';
import { composePlatform } from '../cli/compose';
import { localPath } from '../cli/localPath';
import type { Reporter } from '../cli/reporter';
import { UsageError } from '../cli/usageError';
import type { ShelfOptions } from './shelfOptions';

/** Resolves with the exit code. @throws UsageError for an unknown place; ModelError STORAGE_BUSY where models lie there */
export async function places(options: ShelfOptions, reporter: Reporter): Promise<number> {
  const { folder, proxy, forgottenPlace } = options;
  const platform = composePlatform({ folder, proxy, runtime: 'llama.cpp' }, reporter.warn);
  try {
    const known = (await platform.places?.list()) ?? [];
    if (forgottenPlace !== undefined) await forget(platform, known, forgottenPlace);
    const homes = await readHomes(platform.files);
    const left = (await platform.places?.list()) ?? [];
    for (const place of left) tellPlace(reporter, place, foldersAt(homes, place.id));
    if (left.length === 0)
      reporter.tell({ event: 'places', count: 0 }, 'All models lie in the models folder.');
    return 0;
  } finally {
    await platform.close();
  }
}

async function forget({ places: port }: Platform, known: readonly Place[], named: string) {
  const place = known.find(({ id, name }) => id === named || name === localPath(named));
  if (place === undefined) {
    const names = known.map(({ name }) => printable(name)).join(', ');
    throw new UsageError(`${named} is no place. ${names === '' ? 'There is none.' : names}`);
  }
  await port?.forget?.(place.id);
}

function tellPlace(reporter: Reporter, place: Place, folders: readonly string[]): void {
  const { id, name, isConnected, freeBytes } = place;
  const state = isConnected
    ? freeBytes === undefined
      ? 'connected'
      : `${formatBytes(freeBytes)} free`
    : 'not connected';
  const models = folders.length === 0 ? 'no model' : folders.map(printable).join(', ');
  const event = { event: 'place', id, name, isConnected, freeBytes, folders };
  reporter.tell(event, `${printable(name)}: ${state}; ${models}`);
}
