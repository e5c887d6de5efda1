/** Brings one model to its stated version: beside the installed one, tried, and only then in its place. */
import type { Manifest } from '../../download/store/manifest';
import { isAbortError } from '../../errors';
import type { Clock } from '../../platform/types';
import type { ModelVersions } from '../manage/modelVersions';
import type { LlmModelConfig } from '../modelConfig';
import type { ModelState } from '../modelState';
import type { RuntimeOf } from '../registry/modelFiles';
import { patiently } from './patiently';
import type { UpdateStep, WhenEngineFree } from './updateStep';
import { tryVersion, type TrialTools } from './tryVersion';

export interface RunParts extends TrialTools {
  versions: ModelVersions;
  runtimeOf: RuntimeOf;
  clock: Clock;
  whenEngineFree: WhenEngineFree;
  /** False for a model whose trial could crash the app, and where a person wants no trials. */
  isWorthTrying(config: LlmModelConfig): boolean;
}

/** The version has failed its trial. `cause` says why. */
export class RefusedVersion extends Error {
  override readonly name = 'RefusedVersion';

  constructor(
    readonly version: string,
    cause: unknown,
  ) {
    super('The version failed its trial.', { cause });
  }
}

/** A name of the version, by its weights. */
export function versionOf({ files }: Pick<Manifest, 'files'>): string {
  return files[0]?.sha256 ?? '';
}

/**
 * Resolves when the stated version is the installed one.
 * @throws RefusedVersion; ModelError as `ModelVersions.bring` and `takeOver`; AbortError, with bytes kept: also where other
 * work interrupted each attempt, and the version then waits
 */
export async function runUpdate(
  parts: RunParts,
  config: LlmModelConfig,
  { onStep, signal }: { onStep: (step: UpdateStep) => void; signal: AbortSignal },
): Promise<void> {
  const { versions, runtimeOf } = parts;
  const show = (state: ModelState) => onStep({ kind: 'bringing', state });
  const waiting = await versions.bring(config, { show }, signal);
  const runtime = runtimeOf(config);
  await patiently(parts, { config, onStep, signal }, async (free) => {
    onStep({ kind: 'trying' });
    try {
      if (parts.isWorthTrying(config)) {
        await tryVersion(parts, { config, runtime, files: waiting.files }, free);
      }
    } catch (error) {
      if (isAbortError(error)) throw error;
      throw new RefusedVersion(versionOf(waiting), error);
    }
    await versions.takeOver(config);
  });
}
