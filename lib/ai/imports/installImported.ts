/** Turns the files in the import’s place into an installed model, as the only owner of the model’s folder. */
import { install } from '../../download/install';
import { partName } from '../../download/plan/plan';
import { refuseLink } from '../../download/store/refuseLink';
import { ModelError } from '../../errors';
import type { Clock, FileStore, OwnFolder, Runtime } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import type { InstalledFile } from '../modelState';
import type { RuntimeOf } from '../registry/modelFiles';
import { findInstalled } from '../manage/readModelState';
import { IMPORT_PLACE, writeTarget } from './importPlace';

/** All files of a model, in the import’s place under their `partName`s, durable and read back. */
export interface Incoming {
  runtime: Runtime;
  files: readonly IncomingFile[];
}

interface IncomingFile extends InstalledFile {
  /** Its version in the store, from before it was read back. */
  version: string | undefined;
}

interface InstallParts {
  tools: { files: FileStore; clock: Clock };
  runtimeOf: RuntimeOf;
}

/**
 * The first step of a job that needs nothing else. Bytes of an unfinished download of the model are removed with the
 * install. @throws ModelError IMPORT_KNOWN, FOLDER_LINKED, STORAGE_BUSY, DISK_IO
 */
export function importing(
  { tools: { files, clock } }: InstallParts,
  config: LlmModelConfig,
  { runtime, files: incoming }: Incoming,
) {
  return async (staging: string, _signal: AbortSignal, own: OwnFolder): Promise<void> => {
    const { modelId, displayName, folderName: folder } = config;
    await refuseLink(files, folder);
    const had = await findInstalled(files, config, runtime);
    if (had && incoming.every(({ sha256 }) => had.files.some((each) => each.sha256 === sha256))) {
      const fileName = incoming[0]?.fileName ?? '';
      throw new ModelError('IMPORT_KNOWN', { fileName, modelId, displayName });
    }
    await writeTarget(files, folder);
    const manifest = {
      modelId,
      runtime,
      installedAt: clock.nowMs(),
      files: incoming.map(recordOf),
    };
    const versions = new Map(incoming.map(({ fileName, version }) => [fileName, version]));
    await install(files, { folder, runtime, staging: IMPORT_PLACE, own }, { manifest, versions });
    await files.remove(staging);
  };
}

function recordOf({ version: _, ...file }: IncomingFile): InstalledFile {
  return file;
}

/** Its path in the import’s place. */
export function incomingPath(fileName: string): string {
  return `${IMPORT_PLACE}/${partName(fileName)}`;
}
