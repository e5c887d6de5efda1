/** Chooses the build that a command names, or the recommended one. Pure. */
import type { RepositoryAddress } from '../../lib/ai/discover/addressParts';
import type { Repository } from '../../lib/ai/discover/askRepository';
import { isProjector } from '../../lib/ai/builds/projectors';
import { UNKNOWN_QUANTIZATION } from '../../lib/ai/builds/quantizations';
import type { Recommendation } from '../../lib/ai/builds/recommendBuild';
import type { RepositoryBuild } from '../../lib/ai/builds/repositoryBuilds';
import type { Fit } from '../../lib/ai/memory/memoryFit';
import { problemWords, recommendationWords } from '../../lib/components/words/discoverWords';
import { formatBytes, printable } from '../../lib/components/words/words';
import { ModelError } from '../../lib/errors';
import { UsageError } from '../cli/usageError';

export interface Choice {
  repository: Repository;
  builds: readonly RepositoryBuild[];
  /** For this computer, of some of the builds. */
  recommend(builds: readonly RepositoryBuild[]): Recommendation;
  /** Whether a build fits into the memory of this computer. */
  fitOf(build: RepositoryBuild): Fit;
  /** Whether the recommended one is taken where several fit the name. */
  takesRecommended: boolean;
}

const MOST_SHOWN = 40;

/**
 * @throws UsageError that lists the builds where several fit the name or none does; MODEL_UNAVAILABLE with the reason for a
 * build that can't be added, and where the repository has no build
 */
export function chooseBuild(choice: Choice, spec: RepositoryAddress): RepositoryBuild {
  const { repository, builds } = choice;
  const { name } = repository;
  if (spec.path === undefined && builds.length === 0) throw noBuild(repository);
  const fitting = builds.filter((build) => fits(build, spec));
  const [only, second] = fitting;
  if (only === undefined) throw noneFits(choice, spec);
  const chosen = second === undefined ? only : recommended(choice, spec, fitting);
  const { problem } = chosen;
  if (problem !== undefined) throw unavailable(name, problemWords(problem));
  return chosen;
}

function fits({ weightsPaths, build }: RepositoryBuild, { path, quantization }: RepositoryAddress) {
  if (path !== undefined) return weightsPaths.includes(path);
  return (
    quantization === undefined || build.quantization.toUpperCase() === quantization.toUpperCase()
  );
}

function recommended(
  choice: Choice,
  spec: RepositoryAddress,
  fitting: readonly RepositoryBuild[],
): RepositoryBuild {
  if (!choice.takesRecommended) throw severalFit(choice, spec, fitting);
  const recommendation = choice.recommend(fitting);
  if (recommendation.build) return recommendation.build;
  throw unavailable(choice.repository.name, recommendationWords(recommendation));
}

function noBuild({ name, files }: Repository): ModelError {
  const reason = files.some(({ path }) => isProjector(path))
    ? 'It has only the part of a model that sees pictures, and no model.'
    : 'It has no .gguf and no .pte file whose name can be stored everywhere.';
  return unavailable(name, reason);
}

function noneFits(choice: Choice, spec: RepositoryAddress): ModelError | UsageError {
  const { name, files } = choice.repository;
  const { path, quantization = '', revision } = spec;
  if (path === undefined) {
    return new UsageError(
      `${name} has no build ${printable(quantization)}. It has:\n${shown(choice, choice.builds)}`,
    );
  }
  if (isProjector(path) && files.some((file) => file.path === path)) {
    const reason = 'It is the part of a model that sees pictures, and no model by itself.';
    return unavailable(name, reason);
  }
  return new UsageError(
    `${name} has no usable file ${printable(path)} at ${printable(revision)}. It has:\n${shown(choice, choice.builds)}`,
  );
}

function severalFit(
  choice: Choice,
  { quantization }: RepositoryAddress,
  fitting: readonly RepositoryBuild[],
): UsageError {
  const { name } = choice.repository;
  const labels = fitting.map(({ build }) => build.quantization);
  const [first] = labels;
  const isEnough =
    quantization === undefined &&
    first !== undefined &&
    first !== UNKNOWN_QUANTIZATION &&
    new Set(labels).size === labels.length;
  const way = isEnough
    ? `Name one, such as hf:${name}:${first}.`
    : 'Give the address of the one that you mean, as its page at the hub shows it.';
  const recommendation = choice.recommend(fitting);
  const words = recommendationWords(recommendation);
  const isSome = recommendation.build !== undefined;
  const advice = isSome ? `Recommended here: ${words} --recommended takes it.` : words;
  return new UsageError(
    `${name} has several builds. ${way} It has:\n${shown(choice, fitting)}\n${advice}`,
  );
}

/** Short, for a list. Empty where it isn't known. */
const SHORT_FITS: Readonly<Record<Fit, string>> = {
  fits: 'fits',
  tight: 'tight',
  'too-large': 'too large',
  unknown: '',
};

function shown({ fitOf, recommend }: Choice, builds: readonly RepositoryBuild[]): string {
  const recommendation = recommend(builds);
  const lines = builds.slice(0, MOST_SHOWN).map((found) => {
    const { build, totalBytes, path, problem } = found;
    const mark = found === recommendation.build ? '*' : ' ';
    const verdict = problem === undefined ? SHORT_FITS[fitOf(found)] : 'unusable';
    const size = formatBytes(totalBytes);
    return `${mark} ${build.quantization.padEnd(12)} ${size.padStart(7)}  ${verdict.padEnd(9)}  ${printable(path)}`;
  });
  const more = builds.length - lines.length;
  return [...lines, ...(more > 0 ? [`  and ${String(more)} more`] : [])].join('\n');
}

function unavailable(modelId: string, reason: string): ModelError {
  return new ModelError('MODEL_UNAVAILABLE', { modelId, reason });
}
