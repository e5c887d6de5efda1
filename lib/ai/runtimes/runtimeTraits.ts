/** The properties that differ between the builds of the runtimes. */
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
  /** The runtime's name for people. */
  label: string;
  /** Whether builds are files that the app downloads, checks and removes; otherwise the system has the model. */
  hasFiles: boolean;
  /** The name of the record in a model's folder whose presence means that the build is installed. */
  manifestName: string;
  /** The suffix of the folders for files that aren't installed; empty for the plain names. */
  folderSuffix: string;
  /** The weights come first. Some may have an `unavailable` source. */
  filesOf(config: LlmModelConfig): ModelFile[];
  /** The model with these files of an installed build, the weights first; unchanged if it already names files. */
  withFiles(config: LlmModelConfig, fileNames: readonly string[]): LlmModelConfig;
  quantizationOf(config: LlmModelConfig): string;
  /** The longest context that the registry states for the build, in tokens. */
  contextOf(config: LlmModelConfig): number | undefined;
  /** Whether the context length is part of the build, so that no other one can be chosen. */
  hasFixedContext: boolean;
  /** Bytes of memory that a loaded model takes, by arithmetic alone. */
  memoryOf(estimate: MemoryEstimate): number;
}
