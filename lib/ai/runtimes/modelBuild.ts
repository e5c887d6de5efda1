/** The normal form of a model: builds, each for one runtime; a build has files, and each file has a role. */
import type { Runtime } from '../../platform/types';

/** Where the index of a file is, as `modelshelf publish` writes it (`lib/download/delta/fileIndex.ts`). */
export interface SourceIndex {
  url: string;
  sizeBytes: number;
  /** Of the index, in lower-case hex. */
  sha256: string;
}

/** Where one file of a model comes from. */
export type ModelSource =
  /** Packaged with the app; `requireId` is the file's name in `assets/bundled/`. */
  | { kind: 'bundled'; requireId: string }
  /**
   * Downloaded over https. `url` names a tag or a commit, never a branch. `sizeBytes` and `sha256` (lower-case hex) are
   * of exactly that revision and take precedence over whatever a server states. If they are missing, the hub is asked
   * before the first byte. By the index, a device with an earlier version finds out which bytes it has.
   */
  | { kind: 'remote'; url: string; sizeBytes?: number; sha256?: string; index?: SourceIndex }
  /** Not available; `reason` is a sentence for the person. */
  | { kind: 'unavailable'; reason: string };

/** `projector` is the part of a model that reads pictures. A build may have several `weights`, in their order. */
export const FILE_ROLES = ['weights', 'tokenizer', 'tokenizerConfig', 'projector'] as const;
export type FileRole = (typeof FILE_ROLES)[number];

export interface ModelFile {
  /** Its name in the model's folder. */
  fileName: string;
  role: FileRole;
  /** Where it comes from, with its size and its digest if they are published. */
  source: ModelSource;
}

/** Facts of the weights' header by which the memory of a loaded model is calculated. Lengths are in numbers. */
export interface MemoryFacts {
  vocabularySize: number;
  embeddingLength: number;
  /** Of the widest layer; 0 where the header doesn't state it. */
  feedForwardLength: number;
  /** The part of `kvBytesPerToken` that belongs to layers with a sliding window; 0 where none slides. */
  slidingKvBytesPerToken: number;
  /** The tokens that these layers look back on. */
  slidingWindowTokens: number;
  /** Bytes that layers without attention keep, however long the conversation is. */
  stateBytes: number;
}

export interface ModelBuild {
  /** A model has at most one build for each runtime. */
  runtime: Runtime;
  /** Empty for a model of the system, and where it isn't known. */
  quantization: string;
  /** In the order of `FILE_ROLES`, the weights first. None for a model of the system. */
  files: readonly ModelFile[];
  /** The longest context in tokens; undefined if it isn't known. */
  contextTokens?: number;
  /** Bytes of key/value cache for each token of context at fp16, for engines that reserve it on loading. */
  kvBytesPerToken?: number;
  /** Undefined where the header of the weights wasn't read. */
  memoryFacts?: MemoryFacts;
  /** For a mixture of experts: how many each layer has. Undefined for a dense model. */
  expertCount?: number;
  /** Peak memory in bytes as the publisher measured it, cache included. */
  publishedMemoryBytes?: number;
  /** Approximate bytes of the download, for a build whose files don't all state their size. */
  approximateBytes?: number;
}
