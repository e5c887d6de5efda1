/**
 * Where the records of a model's builds lie, and what isn't installed of them. The builds of a model share its
 * folder and nothing else, so that each is installed and removed without the other. Pure.
 */
import type { Runtime } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import { modelFiles } from './modelFiles';
import { RUNTIMES, TRAITS } from '../runtimes/runtimes';

/** The manifest's name in staging, and the one name that all builds had in the first stores. */
export const MANIFEST_NAME = 'model.json';

/** No file of a model may have one of these names. */
export const MANIFEST_NAMES: readonly string[] = RUNTIMES.map(
  (runtime) => TRAITS[runtime].manifestName,
);

/** The record whose presence in a model's folder means that the build is installed; moved there last. */
export function manifestPath(folder: string, runtime: Runtime): string {
  return `${folder}/${TRAITS[runtime].manifestName}`;
}

/** Everything that isn't verified yet lies below this folder, on the same volume. */
export function stagingFolder(runtime: Runtime): string {
  return `.staging${TRAITS[runtime].folderSuffix}`;
}

/** Where a download lies while nobody works on it, and the folder that its owner holds. */
export function stagingPath(config: LlmModelConfig, runtime: Runtime): string {
  return `${stagingFolder(runtime)}/${config.folderName}`;
}

/** A build on its way out. What lies here is removed at the next start. */
export function trashPath(folder: string, runtime: Runtime): string {
  return `.trash${TRAITS[runtime].folderSuffix}/${folder}`;
}

/** The name under which tabs and processes exclude each other from a build. */
export function buildLock(config: LlmModelConfig, runtime: Runtime): string {
  return `model${TRAITS[runtime].folderSuffix}/${config.folderName}`;
}

/** Names in the model's folder that the registry gives to files of its other builds, and to none of this one. */
export function namesOfOtherBuilds(config: LlmModelConfig, runtime: Runtime): readonly string[] {
  const namesOf = (each: Runtime) => modelFiles(config, each).map(({ fileName }) => fileName);
  const own = new Set(namesOf(runtime));
  const others = RUNTIMES.filter((other) => other !== runtime).flatMap(namesOf);
  return others.filter((name) => !own.has(name));
}
