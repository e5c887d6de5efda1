/** The one place in the store for a person’s file until it is a model’s. It is empty unless an import runs or was killed. */
import * as v from 'valibot';

import { finishInstall } from '../../download/install';
import { parseJson } from '../../download/plan/plan';
import { parseManifest, type Manifest } from '../../download/store/manifest';
import { isAbortError, isModelError } from '../../errors';
import { isPortableName } from '../../platform/shared/storePath';
import type { FileStore, Peers } from '../../platform/types';
import { MANIFEST_NAME } from '../registry/buildPlaces';
import { folderLock } from '../manage/reconcile';

/** Not below `.staging`: a file that is a hard link of another program’s would be copied there. */
export const IMPORT_PLACE = '.importing';
/** Only the holder of this lock may change the place. */
export const IMPORT_LOCK = 'importing';

const TARGET_NAME = 'target.json';

/** Says into which model’s folder an install that was begun goes. Written before the manifest. */
export async function writeTarget(files: FileStore, folderName: string): Promise<void> {
  await files.writeText(`${IMPORT_PLACE}/${TARGET_NAME}`, JSON.stringify({ folderName }));
}

export interface PlaceTools {
  files: FileStore;
  peers: Pick<Peers, 'withLock' | 'withFolder'>;
}

/**
 * Finishes the install of a killed import, for the holder of the lock, or removes the file where none was begun: the
 * original is still where the person has it. Idempotent.
 */
export async function clearPlace({ files, peers }: PlaceTools): Promise<void> {
  const entries = await files.list(IMPORT_PLACE);
  if (entries.length === 0) return;
  const manifest = parseManifest(await files.readText(`${IMPORT_PLACE}/${MANIFEST_NAME}`));
  const folderName = parseTarget(await files.readText(`${IMPORT_PLACE}/${TARGET_NAME}`));
  if (manifest && folderName !== undefined) await finish({ files, peers }, manifest, folderName);
  await files.remove(IMPORT_PLACE);
}

async function finish({ files, peers }: PlaceTools, manifest: Manifest, folderName: string) {
  const { runtime } = manifest;
  await peers.withFolder(folderLock({ folderName }, runtime), async (own) => {
    await finishInstall(files, { folder: folderName, runtime, staging: IMPORT_PLACE, own });
  });
}

/** The same at the start, unless another tab or process holds the lock: its own import is there then. */
export async function clearPlaceIfPossible(tools: PlaceTools): Promise<void> {
  const giveUp = new AbortController();
  const onWait = () => {
    giveUp.abort();
  };
  try {
    if ((await tools.files.list(IMPORT_PLACE)).length === 0) return;
    const options = { onWait, signal: giveUp.signal };
    await tools.peers.withLock(IMPORT_LOCK, () => clearPlace(tools), options);
  } catch (error) {
    // A disk that can’t be read or written to now is left to the next start, or to the next import.
    if (!isAbortError(error) && !isModelError(error)) throw error;
  }
}

const targetSchema = v.object({
  folderName: v.pipe(
    v.string(),
    v.check((name) => isPortableName(name) && !name.startsWith('.')),
  ),
});

function parseTarget(text: string | undefined): string | undefined {
  const parsed = v.safeParse(targetSchema, parseJson(text));
  return parsed.success ? parsed.output.folderName : undefined;
}
