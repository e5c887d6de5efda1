/**
 * Stores equal files of several models once, where the host can: a tokenizer of a family, or weights that two entries of a
 * catalog share. Nothing writes to a file that has several names (see the invariants in ARCHITECTURE.md), so a repair or a
 * removal of one model leaves the others as they are.
 */
import type { TransferSizes } from '../../download/journal/sizes';
import { parseManifest, readManifest, type Manifest } from '../../download/store/manifest';
import { isAbortError, isModelError } from '../../errors';
import type { FileStore, Host, Peers, Runtime } from '../../platform/types';
import type { InstalledFile } from '../modelState';
import { MANIFEST_NAMES } from '../registry/buildPlaces';
import { folderLock } from './reconcile';

/** By default. */
const LEAST_BYTES = 64 * 1024;

export interface ShareTools {
  files: FileStore;
  host: Pick<Host, 'shareFile'>;
  peers: Pick<Peers, 'withFolder'>;
  sizes?: Pick<TransferSizes, 'leastSharedBytes'>;
}

/**
 * For a build that was read back a moment ago, whose lock the caller holds: files of other models that have the same
 * SHA-256 become other names of its files. A model on which somebody works is left out. Never rejects for a failure of the
 * disk: the files then stay as they are, stored twice.
 */
export async function shareEqualFiles(
  tools: ShareTools,
  folderName: string,
  runtime: Runtime,
): Promise<void> {
  const { files, host, sizes } = tools;
  if (!host.shareFile) return;
  const leastBytes = sizes?.leastSharedBytes ?? LEAST_BYTES;
  try {
    const manifest = await readManifest(files, folderName, runtime);
    const own = manifest?.files.filter(({ sizeBytes }) => sizeBytes >= leastBytes) ?? [];
    if (own.length === 0) return;
    for (const path of await otherManifests(files, folderName)) {
      await shareWith(tools, { own, folderName, path });
    }
  } catch (error) {
    if (!isModelError(error)) throw error;
  }
}

/** The paths of the manifests of other models. */
async function otherManifests(files: FileStore, folderName: string): Promise<string[]> {
  const entries = await files.list('');
  const linked = new Set(entries.filter(({ isLink }) => isLink).map(({ path }) => path));
  return entries
    .map(({ path }) => path)
    .filter((path) => {
      const [folder = '', name = '', ...rest] = path.split('/');
      const isOther = folder !== folderName && !folder.startsWith('.') && !linked.has(folder);
      return isOther && MANIFEST_NAMES.includes(name) && rest.length === 0;
    });
}

interface Pairing {
  own: readonly InstalledFile[];
  folderName: string;
  /** Of the other build's manifest. */
  path: string;
}

async function shareWith(tools: ShareTools, { own, folderName, path }: Pairing): Promise<void> {
  const { files, host, peers } = tools;
  const [folder = ''] = path.split('/');
  const read = async () => parseManifest(await files.readText(path));
  const pairsIn = (manifest: Manifest | undefined) =>
    own.flatMap((file) => {
      const twin = manifest?.files.find(({ sha256 }) => sha256 === file.sha256);
      return twin
        ? [[`${folderName}/${file.fileName}`, `${folder}/${twin.fileName}`] as const]
        : [];
    });
  const found = await read();
  if (!found || pairsIn(found).length === 0) return;
  const giveUp = new AbortController();
  const onWait = () => {
    giveUp.abort();
  };
  const share = async () => {
    for (const [from, to] of pairsIn(await read())) await host.shareFile?.(from, to);
  };
  try {
    const lock = folderLock({ folderName: folder }, found.runtime);
    // Whoever waits for a lock while it holds another one can wait for ever.
    await peers.withFolder(lock, share, { onWait, signal: giveUp.signal });
  } catch (error) {
    if (!isAbortError(error)) throw error;
  }
}
