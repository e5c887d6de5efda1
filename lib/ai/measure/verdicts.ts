/** Tells from the measurements whether each model has worked on this device. Pure. */
import type { SavedBenchmark } from '../../db/benchmarks';
import type { ModelFailure } from '../../errors';
import type { LlmEngine } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';

export type Verdict =
  | { kind: 'unknown' }
  /** It worked with this version of the engine; `newest` is the last such measurement. */
  | { kind: 'works'; newest: SavedBenchmark }
  | { kind: 'broken'; failure: ModelFailure };

export const UNKNOWN_VERDICT: Verdict = { kind: 'unknown' };

export interface Evidence {
  /** The newest come first. */
  results: readonly SavedBenchmark[];
  /** By model id: why the last try failed. */
  failures: Readonly<Record<string, ModelFailure>>;
  /** The installed version of a model; undefined where that isn't known. */
  versionOf?: (config: LlmModelConfig) => string | undefined;
}

/** By model id. Results of another version of the engine, or of the model, prove nothing about this version. */
export function findVerdicts(
  models: readonly LlmModelConfig[],
  engineOf: (config: LlmModelConfig) => Pick<LlmEngine, 'engineName' | 'engineVersion'>,
  { results, failures, versionOf = () => undefined }: Evidence,
): ReadonlyMap<string, Verdict> {
  return new Map(
    models.map((config): [string, Verdict] => {
      const { modelId } = config;
      const failure = failures[modelId];
      if (failure !== undefined) return [modelId, { kind: 'broken', failure }];
      const engine = engineOf(config);
      const version = versionOf(config);
      const newest = results.find(
        (result) =>
          result.modelId === modelId &&
          isOfEngine(result, engine) &&
          (result.version ?? version) === (version ?? result.version),
      );
      return [modelId, newest === undefined ? UNKNOWN_VERDICT : { kind: 'works', newest }];
    }),
  );
}

/** Whether the result was measured with exactly this version of the engine. */
export function isOfEngine(
  result: Pick<SavedBenchmark, 'engineName' | 'engineVersion'>,
  engine: Pick<LlmEngine, 'engineName' | 'engineVersion'>,
): boolean {
  return result.engineName === engine.engineName && result.engineVersion === engine.engineVersion;
}
