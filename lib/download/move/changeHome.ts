/** Writes the record of where models lie: the only writer of it. */
import { formatHomes, HOMES_PATH, STORE, type Home, type Homes } from '../../platform/shared/homes';
import type { FileStore, Peers } from '../../platform/types';
import { readHomes } from '../store/volumes';

const HOMES_LOCK = 'homes';

export interface HomeTools {
  files: FileStore;
  peers: Pick<Peers, 'withLock'>;
}

/**
 * Changes the home of a model's folder in one durable step; nobody who holds this lock waits for another one. `change`
 * gets what the record says now. @throws ModelError NO_SPACE, DISK_IO
 */
export async function changeHome(
  { files, peers }: HomeTools,
  folder: string,
  change: (home: Home) => Home,
): Promise<void> {
  await peers.withLock(HOMES_LOCK, async () => {
    const homes = await readHomes(files);
    const { [folder]: home = { at: STORE }, ...others } = homes;
    const next = change(home);
    const isPlain = next.at === STORE && next.to === undefined && next.from === undefined;
    const changed: Homes = isPlain ? others : { ...others, [folder]: next };
    if (Object.keys(changed).length === 0) await files.remove(HOMES_PATH);
    else await files.writeText(HOMES_PATH, formatHomes(changed));
  });
}
