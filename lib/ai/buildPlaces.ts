/**
 * Where the records of a model's builds lie, and what isn't installed of them. The builds of a model share its
 * folder and nothing else, so that each is installed and removed without the other. Pure.
 */
import type { Runtime } from '../platform/types';
import type { LlmModelConfig } from './modelConfig';
import { modelFiles } from './modelFiles';

/** The manifest's name in staging, and the one name that all builds had in the first stores. */
export const MANIFEST_NAME = 'model.json';

interface BuildNames {
  manifestName: string;
  /** Of the folders that hold what isn't installed. */
  suffix: string;
}

/** Those of one build are the first stores' own, which are still read. */
const NAMES: Readonly<Record<Runtime, BuildNames>> = {
  executorch: { manifestName: 'model.executorch.json', suffix: '-executorch' },
  'llama.cpp': { manifestName: MANIFEST_NAME, suffix: '' },
};

export const RUNTIMES = Object.keys(NAMES) as readonly Runtime[];

/** No file of a model may have one of these names. */
export const MANIFEST_NAMES: readonly string[] = RUNTIMES.map(
  (runtime) => NAMES[runtime].manifestName,
);

/** The record whose presence in a model's folder means that the build is installed; moved there last. */
export function manifestPath(folder: string, runtime: Runtime): string {
  return `${folder}/${NAMES[runtime].manifestName}`;
}

/** Everything that isn't verified yet lies below this folder, on the same volume. */
export function stagingFolder(runtime: Runtime): string {
  return `.staging${NAMES[runtime].suffix}`;
}

/** Where a download lies while nobody works on it, and the folder that its owner holds. */
export function stagingPath(config: LlmModelConfig, runtime: Runtime): string {
  return `${stagingFolder(runtime)}/${config.folderName}`;
}

/** A build on its way out. What lies here is removed at the next start. */
export function trashPath(folder: string, runtime: Runtime): string {
  return `.trash${NAMES[runtime].suffix}/${folder}`;
}

/** The name under which tabs and processes exclude each other from a build. */
export function buildLock(config: LlmModelConfig, runtime: Runtime): string {
  return `model${NAMES[runtime].suffix}/${config.folderName}`;
}

/** Names in the model's folder that the registry gives to files of its other builds, and to none of this one. */
export function namesOfOtherBuilds(config: LlmModelConfig, runtime: Runtime): readonly string[] {
  const namesOf = (each: Runtime) => modelFiles(config, each).map(({ fileName }) => fileName);
  const own = new Set(namesOf(runtime));
  const others = RUNTIMES.filter((other) => other !== runtime).flatMap(namesOf);
  return others.filter((name) => !own.has(name));
}
