/** Reads an installed model back and compares it with what is published, then with its manifest. */
import { abortable } from '../../download/flow/abortable';
import { verifyFiles } from '../../download/store/verifyFiles';
import { fromFailure, ModelError } from '../../errors';
import type { Digester, FileStore } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import { modelFiles, modelPath, type RuntimeOf } from '../registry/modelFiles';
import { findDifference, isEarlierVersion } from '../registry/published';
import { findInstalled } from './readModelState';

export type OnVerified = (verifiedBytes: number, totalBytes: number) => void;

interface Verification {
  config: LlmModelConfig;
  onVerified: OnVerified;
}

export interface VerifyParts {
  files: FileStore;
  digester: Digester;
  runtimeOf: RuntimeOf;
  /** Reads a model's state from the disk and publishes it. */
  refresh(config: LlmModelConfig): Promise<unknown>;
}

/**
 * Also publishes the model's state again if the check fails. Aborting any of the signals ends it.
 * @throws what `ModelManager.verifyModel` states
 */
export async function verify(
  parts: VerifyParts,
  verification: Verification,
  signals: readonly AbortSignal[],
): Promise<void> {
  const { controller, release } = abortable(...signals);
  try {
    await verifyInstalled(parts, verification, controller.signal);
  } catch (error) {
    // When the disk can't be read either, the failure of the verification is the one to report.
    await parts.refresh(verification.config).catch(() => undefined);
    throw error;
  } finally {
    release();
  }
}

async function verifyInstalled(
  { files, digester, runtimeOf }: VerifyParts,
  { config, onVerified }: Verification,
  signal: AbortSignal,
): Promise<void> {
  const { modelId, folderName } = config;
  const runtime = runtimeOf(config);
  const manifest = await findInstalled(files, config, runtime);
  if (!manifest) throw new ModelError('MODEL_MISSING', { modelId });
  const entries = await files.list(folderName);
  const sizes = new Map(entries.map(({ path, sizeBytes }) => [path, sizeBytes]));
  const sources = new Map(modelFiles(config, runtime).map((file) => [file.fileName, file.source]));
  // An earlier version is sound as it was published then; it is compared with its own record alone.
  const isEarlier = isEarlierVersion(config, runtime, manifest.files);
  const expectations = manifest.files.map(({ fileName, sizeBytes, sha256 }) => {
    const path = modelPath(config, fileName);
    const source = sources.get(fileName);
    const published = source?.kind === 'remote' && !isEarlier ? source : {};
    return { fileName, path, sizeBytes, sha256, published, actualBytes: sizes.get(path) ?? 0 };
  });
  await verifyFiles(digester, { expectations, onVerified }, signal);
  // Reading the files back can't show that a file is missing or came from another source.
  const failure = findDifference(config, runtime, manifest.files);
  if (failure) throw fromFailure(failure);
}
