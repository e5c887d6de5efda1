/** What an update of an installed model would bring. Plain data. */
import type { Runtime } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import type { FileRole } from '../runtimes/modelBuild';

/**
 * A role: another file of that kind. Where the headers of the weights could be compared, `weights` is replaced by what
 * they show: another chat template, other metadata, or only other numbers (`weights`).
 */
export type UpdateChange = FileRole | 'template' | 'metadata';

export interface ModelUpdate {
  modelId: string;
  runtime: Runtime;
  /** The model as it is stated now, or as it would be after the update of a model of the hub. */
  config: LlmModelConfig;
  /** `list`: the registry or a catalog states it, or an update that was begun. `hub`: its repository has it. */
  origin: 'list' | 'hub';
  /** When the newer files were published, in milliseconds since 1970; undefined where nobody states it. */
  dateMs: number | undefined;
  /** At most so many bytes are transferred: all of the changed files. Undefined while a size isn't known. */
  downloadBytes: number | undefined;
  /** Where the changed files were compared with the installed ones: `downloadBytes` is what is left to transfer then. */
  isCompared?: true;
  /** The bytes of the whole newer version; undefined while a size isn't known. */
  totalBytes: number | undefined;
  changes: readonly UpdateChange[];
  /** What a catalog writes about the newer version. */
  notes: string | undefined;
  /** The names of the licences, where they differ; equal names where only the text has changed. */
  license: { from: string; to: string } | undefined;
  /** Whether this version failed its trial on this device. It can be tried again. */
  wasRefused?: true;
}
