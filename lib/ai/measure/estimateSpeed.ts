/** Estimates how fast a build would write on this device, from a model that was measured here. Pure. */
import type { SavedBenchmark } from '../../db/benchmarks';
import type { LlmEngine } from '../../platform/types';
import { findModel, type LlmModelConfig } from '../modelConfig';
import type { ModelBuild } from '../runtimes/modelBuild';
import { buildOf } from '../runtimes/notation';
import { isOfEngine } from './verdicts';

export interface SpeedEstimate {
  tokensPerSecond: number;
  /** The measurement that it is calculated from. */
  from: { displayName: string; tokensPerSecond: number };
}

export interface SpeedQuestion {
  build: ModelBuild;
  /** The engine that would load it here; undefined where there is none. */
  engine: Pick<LlmEngine, 'engineName' | 'engineVersion'> | undefined;
}

export interface MeasuredHere {
  /** The newest come first. */
  results: readonly SavedBenchmark[];
  models: readonly LlmModelConfig[];
}

/** Smaller weights stay in a processor's caches, and the engine's own work for each token isn't small beside them. */
const LEAST_BYTES = 100_000_000;

/** How many times larger one of the two may be. */
const LARGEST_RATIO = 4;

/**
 * For each token that it writes, an engine reads all weights of a dense model once, and memory is the slowest part of
 * that: tokens a second × bytes of the weights is about the same for all dense models on one device and engine. In
 * llama.cpp on one computer it is 102, 96 and 88 GiB/s for models of 3.8, 1.5 and 0.6 GiB in the same quantization
 * (https://github.com/ggml-org/llama.cpp/pull/16634), and for one model in three quantizations 233, 237 and 175 GB/s
 * (https://github.com/ggml-org/llama.cpp/issues/27525). The estimate can therefore be wrong by a third. A long chat,
 * whose keys and values are read too, is slower.
 *
 * Undefined where it would be a guess: nothing was measured here with this version of the engine on its present backend;
 * the bytes of one of the two aren't stated; one is a mixture of experts, of which only some are read; one has less than
 * 100 MB of weights, or more than 4 times those of the other. Of several measured models, the nearest in size counts,
 * with its newest benchmark, or with its trial after the install where it has none.
 */
export function estimateSpeed(
  { build, engine }: SpeedQuestion,
  measured: MeasuredHere,
): SpeedEstimate | undefined {
  const readBytes = readBytesOf(build);
  if (engine === undefined || readBytes === undefined) return undefined;
  const distanceOf = (reference: Reference) => Math.abs(Math.log(reference.readBytes / readBytes));
  const [nearest] = referencesFor(build, engine, measured)
    .filter((reference) => distanceOf(reference) <= Math.log(LARGEST_RATIO))
    .sort((one, other) => distanceOf(one) - distanceOf(other));
  if (nearest === undefined) return undefined;
  const { displayName, tokensPerSecond } = nearest;
  return {
    tokensPerSecond: (tokensPerSecond * nearest.readBytes) / readBytes,
    from: { displayName, tokensPerSecond },
  };
}

interface Reference {
  displayName: string;
  readBytes: number;
  tokensPerSecond: number;
}

function referencesFor(
  { runtime }: ModelBuild,
  engine: NonNullable<SpeedQuestion['engine']>,
  { results, models }: MeasuredHere,
): Reference[] {
  const ofEngine = results.filter((result) => isOfEngine(result, engine));
  // Another backend, such as the processor in place of a graphics card, reads at another speed.
  const comparable = ofEngine.filter(({ backend }) => backend === ofEngine[0]?.backend);
  const ids = new Set(comparable.map(({ modelId }) => modelId));
  return [...ids].flatMap((modelId): Reference[] => {
    const own = comparable.filter((result) => result.modelId === modelId);
    const { tokensPerSecond } = own.find(({ kind }) => kind === 'full') ?? own[0] ?? {};
    const model = findModel(models, modelId);
    const build = model && buildOf(model, runtime);
    const readBytes = build && readBytesOf(build);
    if (model === undefined || readBytes === undefined || tokensPerSecond === undefined) return [];
    return [{ displayName: model.displayName, readBytes, tokensPerSecond }];
  });
}

/** Bytes of weights that are read for each token; undefined where they aren't known or too few. */
function readBytesOf({ files, expertCount = 0, approximateBytes }: ModelBuild): number | undefined {
  if (expertCount > 0) return undefined;
  const weights = files.filter(({ role }) => role === 'weights');
  const sizes = weights.flatMap(({ source }) => ('sizeBytes' in source ? source.sizeBytes : []));
  const isStated = sizes.length === weights.length;
  const statedBytes = sizes.reduce((sum, size) => sum + size, 0);
  const bytes = isStated ? statedBytes : approximateBytes;
  return bytes === undefined || bytes < LEAST_BYTES ? undefined : bytes;
}
