/** Turns a file in the import’s place into an installed model, as the only owner of the model’s folder. */
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

/** The one file of a model, in the import’s place under its `partName`, durable and read back. */
export interface IncomingFile extends InstalledFile {
  runtime: Runtime;
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
  { runtime, version, ...file }: IncomingFile,
) {
  return async (staging: string, _signal: AbortSignal, own: OwnFolder): Promise<void> => {
    const { modelId, displayName, folderName: folder } = config;
    const { fileName, sha256 } = file;
    await refuseLink(files, folder);
    const had = await findInstalled(files, config, runtime);
    if (had?.files.some((each) => each.sha256 === sha256)) {
      throw new ModelError('IMPORT_KNOWN', { fileName, modelId, displayName });
    }
    await writeTarget(files, folder);
    const manifest = { modelId, runtime, installedAt: clock.nowMs(), files: [file] };
    const versions = new Map([[fileName, version]]);
    await install(files, { folder, runtime, staging: IMPORT_PLACE, own }, { manifest, versions });
    await files.remove(staging);
  };
}

/** Its path in the import’s place. */
export function incomingPath(fileName: string): string {
  return `${IMPORT_PLACE}/${partName(fileName)}`;
}
