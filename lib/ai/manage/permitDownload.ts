/**
 * Asks, before the first byte of a model, whether it may be downloaded: its licence may have to be accepted first, or its
 * publisher may have withdrawn it.
 */
import { abortable } from '../../download/flow/abortable';
import type { FileStore } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import type { RuntimeOf } from '../registry/modelFiles';
import { findInstalled } from './readModelState';

/** Rejects with the reason why the model must not be downloaded now. Called for models that need acceptance or are withdrawn. */
export type MayDownload = (config: LlmModelConfig, signal: AbortSignal) => Promise<void>;

export interface PermitParts {
  files: FileStore;
  runtimeOf: RuntimeOf;
  mayDownload: MayDownload | undefined;
}

export interface Permit {
  /** Runs `download` unless the model must not be downloaded. The model's state then stays as it is. */
  ask<T>(
    config: LlmModelConfig,
    signal: AbortSignal | undefined,
    download: () => Promise<T>,
  ): Promise<T>;
  /** The same for work that downloads nothing where the model is installed: nothing is asked then. */
  askIfAbsent: Permit['ask'];
}

/** `closing` ends the asking. */
export function createPermit(
  { files, runtimeOf, mayDownload }: PermitParts,
  closing: AbortSignal,
): Permit {
  async function asked(config: LlmModelConfig, signal: AbortSignal | undefined): Promise<void> {
    const { controller, release } = abortable(closing, ...(signal ? [signal] : []));
    try {
      await mayDownload?.(config, controller.signal);
    } finally {
      release();
    }
  }

  const isFree = ({ needsAcceptance, withdrawn }: LlmModelConfig) =>
    (needsAcceptance !== true && withdrawn === undefined) || !mayDownload;

  return {
    async ask(config, signal, download) {
      if (!isFree(config)) await asked(config, signal);
      return download();
    },
    async askIfAbsent(config, signal, download) {
      if (!isFree(config) && !(await findInstalled(files, config, runtimeOf(config)))) {
        await asked(config, signal);
      }
      return download();
    },
  };
}
