/**
 * The paths of the records of a model's builds, and of their uninstalled files. The builds of a model share its
 * folder and nothing else, so that each is installed and removed without the others. Pure.
 */
import type { FolderLock, Runtime } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import { modelFiles } from './modelFiles';
import { RUNTIMES, TRAITS } from '../runtimes/runtimes';

/** The manifest's name in staging. In the first stores, the manifests of all builds had this name. */
export const MANIFEST_NAME = 'model.json';

/** No file of a model may have one of these names. */
export const MANIFEST_NAMES: readonly string[] = RUNTIMES.map(
  (runtime) => TRAITS[runtime].manifestName,
);

/** The path of the record whose presence means that the build is installed. It is moved there last. */
export function manifestPath(folder: string, runtime: Runtime): string {
  return `${folder}/${TRAITS[runtime].manifestName}`;
}

/** The folder for all files that aren't verified yet, on the same volume. */
export function stagingFolder(runtime: Runtime): string {
  return `.staging${TRAITS[runtime].folderSuffix}`;
}

type Placed = Pick<LlmModelConfig, 'folderName'>;

/** The folder of a download without an owner, and the one that an owner locks. */
export function stagingPath(config: Placed, runtime: Runtime): string {
  return `${stagingFolder(runtime)}/${config.folderName}`;
}

/** The folder of a build that is being removed. The next start removes files that are left in it. */
export function trashPath(folder: string, runtime: Runtime): string {
  return `.trash${TRAITS[runtime].folderSuffix}/${folder}`;
}

/**
 * Where builds are kept that aren't installed any more and can come back without a network: removed ones, and the
 * versions before an update. In the order in which they give way to a download that needs room.
 */
export const KEPT_PLACES = ['removed', 'earlier'] as const;
export type KeptPlace = (typeof KEPT_PLACES)[number];

export function keptFolder(place: KeptPlace, runtime: Runtime): string {
  return `.${place}${TRAITS[runtime].folderSuffix}`;
}

/** The folder of a kept build: its files, its manifest, and the record that makes it a kept build. */
export function keptPath(place: KeptPlace, folder: string, runtime: Runtime): string {
  return `${keptFolder(place, runtime)}/${folder}`;
}

/** The record's name. Only the holder of `KEPT_LOCK` writes or removes it, or moves files beside it. */
export const KEPT_NAME = 'kept.json';

/** What whoever removed the build needs for its way back, such as its entry in a lock file. Isn't a file of the model. */
export const KEPT_ENTRY_NAME = 'kept.entry.json';

/** Nobody who holds this lock waits for another one, so it may be asked for under any other lock. */
export const KEPT_LOCK = 'kept';

/** The folder of a complete, verified version that waits to take the place of the installed one. */
export function updatePath(folder: string, runtime: Runtime): string {
  return `.update${TRAITS[runtime].folderSuffix}/${folder}`;
}

/** The download of a newer version, apart from the installed one: its lock and the folder that its owner locks. */
export function updateLock(config: Placed, runtime: Runtime): FolderLock {
  const suffix = TRAITS[runtime].folderSuffix;
  return {
    name: `update${suffix}/${config.folderName}`,
    folder: `.staging-update${suffix}/${config.folderName}`,
  };
}

/** The model with the folder of its waiting version in place of its own: whatever reads paths then reads that version. */
export function asUpdate(config: LlmModelConfig, runtime: Runtime): LlmModelConfig {
  return { ...config, folderName: updatePath(config.folderName, runtime) };
}

/** The name of the lock with which tabs and processes exclude each other from a build. */
export function buildLock(config: Placed, runtime: Runtime): string {
  return `model${TRAITS[runtime].folderSuffix}/${config.folderName}`;
}

/** The file names in the registry that belong to the model's other builds and not to this one. */
export function namesOfOtherBuilds(config: LlmModelConfig, runtime: Runtime): readonly string[] {
  const namesOf = (each: Runtime) => modelFiles(config, each).map(({ fileName }) => fileName);
  const own = new Set(namesOf(runtime));
  const others = RUNTIMES.filter((other) => other !== runtime).flatMap(namesOf);
  return others.filter((name) => !own.has(name));
}
