/** Recommends one build of a repository for this device, with the reason. Pure. */
import type { Runtime } from '../../platform/types';
import type { Fit } from '../memory/memoryFit';
import { modelName } from './modelNames';
import { gradeOf, qualityOf } from './quantizations';
import type { RepositoryBuild } from './repositoryBuilds';

export interface RecommendationQuestion {
  builds: readonly RepositoryBuild[];
  /** Whether a build fits into the memory of this device. */
  fitOf(build: RepositoryBuild): Fit;
  /** Undefined where the host doesn't tell. */
  freeBytes: number | undefined;
  /** The host's runtimes that have files, by preference. A build for another runtime is never recommended. */
  runtimes: readonly Runtime[];
}

/** Why a better build isn't recommended. */
export interface Passed {
  build: RepositoryBuild;
  by: 'memory' | 'space';
}

export type Recommendation =
  | {
      build: RepositoryBuild;
      /**
       * `best`: the best quality that fits well. `whole`: the same, and no file of the repository gives better answers.
       * `low`: nothing better fits, and its answers contain clear mistakes. `tight`: nothing fits well, and this is the
       * smallest that loads at all, if other programs are closed. `usual`: the device's memory isn't known.
       */
      reason: 'best' | 'whole' | 'low' | 'tight' | 'usual';
      /** The next better build, if there is one. */
      passed: Passed | undefined;
    }
  | {
      build: undefined;
      /** `no-build`: none that this device runs and that is complete. The other reasons are those of the smallest build. */
      reason: 'no-build' | 'too-large' | 'no-space';
      /** The smallest build for this device. */
      smallest: RepositoryBuild | undefined;
    };

/**
 * Of several models in one repository, the largest that fits well without a great loss of quality; of its builds, the
 * best quality that fits well. Never a build that is too large for memory or disk.
 */
export function recommendBuild(question: RecommendationQuestion): Recommendation {
  const { builds, freeBytes, runtimes } = question;
  const usable = builds.filter(
    ({ problem, build }) => problem === undefined && runtimes.includes(build.runtime),
  );
  const [smallest] = bySize(usable);
  if (smallest === undefined) return { build: undefined, reason: 'no-build', smallest };
  const judged = usable.map((build) => ({
    build,
    fit: question.fitOf(build),
    hasRoom: freeBytes === undefined || build.totalBytes <= freeBytes,
  }));
  for (const runtime of runtimes) {
    const found = amongRuntime(judged.filter(({ build }) => build.build.runtime === runtime));
    if (found) return found;
  }
  const tight = bySize(judged.filter(isOf('tight')).map(({ build }) => build))[0];
  if (tight) return { build: tight, reason: 'tight', passed: undefined };
  const isMemory = judged.every(({ fit }) => fit === 'too-large');
  return { build: undefined, reason: isMemory ? 'too-large' : 'no-space', smallest };
}

interface Judged {
  build: RepositoryBuild;
  fit: Fit;
  hasRoom: boolean;
}

const isOf =
  (fit: Fit) =>
  (judged: Judged): boolean =>
    judged.fit === fit && judged.hasRoom;

function amongRuntime(judged: readonly Judged[]): Recommendation | undefined {
  const fitting = judged.filter(isOf('fits')).map(({ build }) => build);
  const sound = largestModel(fitting.filter((build) => !isLow(build)));
  const [best] = byQuality(sound.length > 0 ? sound : fitting);
  if (best) return { build: best, reason: reasonOf(best), passed: passedOver(judged, best) };
  const unknown = judged.filter(isOf('unknown')).map(({ build }) => build);
  const usual = unknown.filter(({ build }) => gradeOf(build.quantization) === 'good');
  const [common] = [...byQuality(usual), ...bySize(unknown)];
  return common && { build: common, reason: 'usual', passed: undefined };
}

function isLow({ build }: RepositoryBuild): boolean {
  return ['low', 'poor'].includes(gradeOf(build.quantization) ?? '');
}

function isWhole({ build }: RepositoryBuild): boolean {
  return ['original', 'whole'].includes(gradeOf(build.quantization) ?? '');
}

function reasonOf(best: RepositoryBuild): 'best' | 'whole' | 'low' {
  if (isWhole(best)) return 'whole';
  return isLow(best) ? 'low' : 'best';
}

/** The builds of the largest model: of two models at a good quality, the larger one gives better answers. */
function largestModel(builds: readonly RepositoryBuild[]): readonly RepositoryBuild[] {
  const models = new Map<string, RepositoryBuild[]>();
  for (const build of builds) {
    const name = modelName(build.path);
    const model = models.get(name);
    if (model) model.push(build);
    else models.set(name, [build]);
  }
  const smallestOf = (model: readonly RepositoryBuild[]) => bySize(model)[0]?.weightsBytes ?? 0;
  return [...models.values()].sort((a, b) => smallestOf(b) - smallestOf(a))[0] ?? [];
}

const WHOLE = 1_000;

/**
 * The best first, or with -1 the least good. All builds whose answers can't be told apart from the original's are equal;
 * of equal ones the smallest comes first.
 */
function byQuality(builds: readonly RepositoryBuild[], order: 1 | -1 = 1): RepositoryBuild[] {
  const rank = (build: RepositoryBuild) =>
    isWhole(build) ? WHOLE : qualityOf(build.build.quantization);
  return bySize(builds).sort((a, b) => order * (rank(b) - rank(a)));
}

function bySize(builds: readonly RepositoryBuild[]): RepositoryBuild[] {
  return [...builds].sort((a, b) => a.totalBytes - b.totalBytes);
}

/** Of the same model, the nearest build of a better quality, which is passed over for its size. */
function passedOver(judged: readonly Judged[], best: RepositoryBuild): Passed | undefined {
  if (isWhole(best)) return undefined;
  const name = modelName(best.path);
  const quality = qualityOf(best.build.quantization);
  const better = judged.filter(
    ({ build }) => modelName(build.path) === name && qualityOf(build.build.quantization) > quality,
  );
  const [nearest] = byQuality(
    better.map(({ build }) => build),
    -1,
  );
  const found = better.find(({ build }) => build === nearest);
  return found && { build: found.build, by: found.fit === 'fits' ? 'space' : 'memory' };
}
