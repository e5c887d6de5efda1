/** The properties that differ between the runtimes. */
import type { EngineCosts } from '../../platform/types';
import type { FileRole, ModelBuild } from './modelBuild';

export interface MemoryEstimate {
  build: ModelBuild;
  contextTokens: number;
  /** Bytes of all files of the build: on disk, or as stated. */
  weightsBytes: number;
  /** Of the engine that would load it here; undefined where that isn't known. */
  engineCosts?: EngineCosts | undefined;
}

/** What a loaded model takes, in bytes. */
export interface MemoryParts {
  weightsBytes: number;
  /** Keys, values and states, for a chat that fills the context. */
  chatBytes: number;
  /** The engine itself, its tables, and the room for its results. */
  engineBytes: number;
}

export interface RuntimeTraits {
  /** The runtime's name for people. */
  label: string;
  /** Whether builds are files that the app downloads, checks and removes; otherwise the system has the model. */
  hasFiles: boolean;
  /** The name of the record in a model's folder whose presence means that the build is installed. */
  manifestName: string;
  /** The suffix of the folders for files that aren't installed; empty for the plain names. */
  folderSuffix: string;
  /** The tag with which the hub marks repositories that have builds for it; undefined for builds that aren't files. */
  hubTag: string | undefined;
  /** The roles that a build's files may have, each with the endings that their names may have. */
  fileEndings: Readonly<Partial<Record<FileRole, readonly string[]>>>;
  /** The roles without which a build can't be loaded. */
  neededRoles: readonly FileRole[];
  /** Why weights with these names in the store can't be loaded, in a sentence for the person; undefined if they can. */
  weightsProblem(fileNames: readonly string[]): string | undefined;
  /** A sentence for the person about a model that has no build for the runtime. */
  noBuild: string;
  /** Whether the context length is part of the build, so that no other one can be chosen. */
  hasFixedContext: boolean;
  /** Bytes of memory that a loaded model takes, by arithmetic alone. */
  memoryOf(estimate: MemoryEstimate): number;
  /** The same in its parts; undefined where only the whole is known. */
  memoryPartsOf: ((estimate: MemoryEstimate) => MemoryParts) | undefined;
}
