/** What sets the builds of one runtime apart from those of another. */
import type { LlmModelConfig, ModelSource } from '../modelConfig';

/** One file of a model, as the registry names it. */
export interface ModelFile {
  /** Its name in the model's folder. */
  fileName: string;
  role: 'weights' | 'tokenizer' | 'tokenizerConfig';
  source: ModelSource;
}

export interface MemoryEstimate {
  config: LlmModelConfig;
  contextTokens: number;
  /** Bytes of the weights file: on disk, or as stated. */
  weightsBytes: number;
}

export interface RuntimeTraits {
  /** Its name for a person. */
  label: string;
  /** Whether builds are files here, to be brought, checked and removed; else the system has the model. */
  hasFiles: boolean;
  /** The record in a model's folder whose presence means that the build is installed. */
  manifestName: string;
  /** The end of the names of the folders that hold what isn't installed; empty for the plain names. */
  folderSuffix: string;
  /** The weights first. Some may have an `unavailable` source. */
  filesOf(config: LlmModelConfig): ModelFile[];
  /** The model with these files of an installed build, the weights first; itself where it names some already. */
  withFiles(config: LlmModelConfig, fileNames: readonly string[]): LlmModelConfig;
  quantizationOf(config: LlmModelConfig): string;
  /** The longest context that the registry states for the build, in tokens. */
  contextOf(config: LlmModelConfig): number | undefined;
  /** Whether the context is part of the build, so that nobody can ask for another one. */
  hasFixedContext: boolean;
  /** Bytes of memory that a loaded model takes, by arithmetic alone. */
  memoryOf(estimate: MemoryEstimate): number;
}
