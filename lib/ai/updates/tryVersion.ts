/** Lets a version that waits answer a few words, from where it waits: a version that can't answer must not take over. */
import { finallyDo } from '../../download/flow/finallyDo';
import { isModelError, ModelError, type ModelErrorCode } from '../../errors';
import type { Engines, FileStore, Runtime } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import type { InstalledFile } from '../modelState';
import { asUpdate } from '../registry/buildPlaces';
import { installedPaths } from '../registry/modelFiles';
import { parseJson } from '../../download/plan/plan';

export interface Trial {
  config: LlmModelConfig;
  runtime: Runtime;
  /** The files of the waiting version. */
  files: readonly InstalledFile[];
}

export interface TrialTools {
  files: FileStore;
  engines: Engines;
}

/** Enough for one question; a larger context would only cost memory. */
const CONTEXT_TOKENS = 512;
const QUESTION = {
  messages: [{ role: 'user', content: 'Say hello.' }] as const,
  ...{ maxTokens: 4, temperature: 0, topP: 1, thinking: false },
};

/** These prove nothing about the version: the engine isn't here, or can't be reached now. */
const NO_VERDICT: readonly ModelErrorCode[] = ['UNSUPPORTED', 'APP_INCOMPLETE'];

/** A reload in the middle looks like a death by the version, so one death proves nothing. */
const MOST_DEATHS = 2;

/**
 * Resolves when the version has answered, and at once where this host has no engine for it.
 * @throws ModelError LOAD_FAILED, GENERATION_FAILED, TEMPLATE_INVALID …: the reason why it can't be used here;
 * LOAD_INTERRUPTED where the app was ended twice while it tried; AbortError
 */
export async function tryVersion(
  { files, engines }: TrialTools,
  { config, runtime, files: waiting }: Trial,
  signal: AbortSignal,
): Promise<void> {
  const engine = engines[runtime];
  if (!engine) return;
  const placed = asUpdate(config, runtime);
  const path = `${placed.folderName}/trial.json`;
  const deaths = deathsIn(await files.readText(path));
  if (deaths >= MOST_DEATHS) {
    throw new ModelError('LOAD_INTERRUPTED', { modelId: config.modelId });
  }
  await files.writeText(path, JSON.stringify({ version: 1, deaths: deaths + 1 }));
  const attempt = async () => {
    const paths = installedPaths(placed, runtime, waiting);
    const model = await engine.load({ ...paths, contextTokens: CONTEXT_TOKENS }, { signal });
    await finallyDo(
      () => model.generate(QUESTION, () => undefined, signal),
      () => model.unload(),
    );
  };
  try {
    await finallyDo(attempt, () => files.remove(path));
  } catch (error) {
    if (!isModelError(error) || !NO_VERDICT.includes(error.code)) throw error;
  }
}

function deathsIn(text: string | undefined): number {
  const record = parseJson(text);
  if (typeof record !== 'object' || record === null || !('deaths' in record)) return 0;
  return typeof record.deaths === 'number' ? record.deaths : 0;
}
