/** Chooses the files of one build from those of a repository, by the publishers’ conventions. Pure. */
import type { FileRole, ModelBuild, ModelFile } from '../../../lib/ai/runtimes/modelBuild';
import { formatBytes, printable } from '../../../lib/components/words/words';
import { ModelError } from '../../../lib/errors';
import { DEFAULT_HUB_ENDPOINT } from '../../../lib/platform/addresses/hubEndpoint';
import { UsageError } from '../../cli/usageError';
import type { Repository, RepositoryFile } from './askRepository';
import { UNKNOWN_QUANTIZATION } from './describeModel';
import { ggufQuantization, pteQuantization } from './quantization';
import type { HubSpec } from './spec';

interface Candidate {
  file: RepositoryFile;
  runtime: 'llama.cpp' | 'executorch';
  quantization: string | undefined;
}

/** What a build for phones needs beside its weights: by role, the names that publishers use, the best first. */
const COMPANIONS: readonly [role: FileRole, names: readonly string[]][] = [
  ['tokenizer', ['tokenizer.json', 'tokenizer.model']],
  ['tokenizerConfig', ['tokenizer_config.json']],
];

const MOST_SHOWN = 40;

/**
 * @throws UsageError that lists the builds where several fit or none does; MODEL_UNAVAILABLE where the repository has no
 * usable file, or the files beside the weights are missing
 */
export function chooseBuild(repository: Repository, spec: HubSpec): ModelBuild {
  const candidates = repository.files.flatMap(asCandidate);
  const { name } = repository;
  if (spec.path === undefined && candidates.length === 0) {
    throw unavailable(
      name,
      'It has no .gguf and no .pte file whose name can be stored everywhere.',
    );
  }
  const fitting = candidates.filter((candidate) => fits(candidate, spec));
  const [chosen, second] = fitting;
  if (chosen === undefined) throw noneFits(repository, spec, candidates);
  if (second !== undefined) throw severalFit(repository, spec, fitting);
  return buildOf(repository, chosen);
}

function asCandidate(file: RepositoryFile): Candidate[] {
  const { path } = file;
  if (/\.gguf$/i.test(path)) {
    return [{ file, runtime: 'llama.cpp', quantization: ggufQuantization(path) }];
  }
  if (!/\.pte$/i.test(path)) return [];
  return [{ file, runtime: 'executorch', quantization: pteQuantization(path) }];
}

function fits({ file, quantization }: Candidate, spec: HubSpec): boolean {
  if (spec.path !== undefined) return file.path === spec.path;
  // The part of a model that sees pictures, or one of the files that a model was split into, is never meant by a
  // quantization alone. By its address it can be named, and is refused with the reason.
  if (isPart(file.path)) return false;
  return (
    spec.quantization === undefined ||
    quantization?.toUpperCase() === spec.quantization.toUpperCase()
  );
}

function isPart(path: string): boolean {
  return /(^|[-_./])mmproj[-_.]/i.test(path) || shardsOf(path) > 1;
}

function shardsOf(path: string): number {
  return Number(/-\d{5}-of-(\d{5})\.gguf$/i.exec(path)?.[1] ?? '1');
}

function buildOf(repository: Repository, { file, runtime, quantization }: Candidate): ModelBuild {
  const weights = modelFile(repository, 'weights', file);
  const { contextTokens } = repository;
  const common = { runtime, quantization: quantization ?? UNKNOWN_QUANTIZATION };
  if (runtime === 'llama.cpp') {
    return { ...common, files: [weights], ...(contextTokens !== undefined && { contextTokens }) };
  }
  const companions = COMPANIONS.map(([role, names]) => {
    const found = nearest(repository.files, file.path, names);
    if (found) return modelFile(repository, role, found);
    throw unavailable(
      repository.name,
      `There is no ${names.join(' and no ')} beside ${printable(file.path)} or above it.`,
    );
  });
  return { ...common, files: [weights, ...companions] };
}

/** In the folder of the weights, else in the nearest folder above it. */
function nearest(
  files: readonly RepositoryFile[],
  path: string,
  names: readonly string[],
): RepositoryFile | undefined {
  const folders = path.split('/').slice(0, -1);
  for (let depth = folders.length; depth >= 0; depth -= 1) {
    const folder = folders
      .slice(0, depth)
      .map((each) => `${each}/`)
      .join('');
    for (const name of names) {
      const found = files.find((file) => file.path === folder + name);
      if (found) return found;
    }
  }
  return undefined;
}

function modelFile(
  { name, commit }: Repository,
  role: FileRole,
  { path, sizeBytes, sha256 }: RepositoryFile,
): ModelFile {
  const place = path.split('/').map(encodeURIComponent).join('/');
  const url = `${DEFAULT_HUB_ENDPOINT}/${name}/resolve/${commit}/${place}`;
  const fileName = path.slice(path.lastIndexOf('/') + 1);
  const source = {
    kind: 'remote' as const,
    url,
    sizeBytes,
    ...(sha256 !== undefined && { sha256 }),
  };
  return { role, fileName, source };
}

function noneFits(
  repository: Repository,
  spec: HubSpec,
  candidates: readonly Candidate[],
): ModelError | UsageError {
  const { name } = repository;
  if (spec.path !== undefined) {
    return new UsageError(
      `${name} has no usable file ${printable(spec.path)} at ${printable(spec.revision)}. It has:\n${shown(candidates)}`,
    );
  }
  const asked = spec.quantization;
  const isAsked = (each: Candidate) => each.quantization?.toUpperCase() === asked?.toUpperCase();
  const shards = candidates.find(
    (each) => shardsOf(each.file.path) > 1 && (asked === undefined || isAsked(each)),
  );
  const whole = candidates.filter(({ file }) => !isPart(file.path));
  if (shards && (asked !== undefined || whole.length === 0)) {
    const number = String(shardsOf(shards.file.path));
    return unavailable(
      name,
      `It is split into ${number} files, and only models in one file can be loaded.`,
    );
  }
  if (whole.length === 0) {
    return unavailable(name, 'It has only the part of a model that sees pictures, and no model.');
  }
  return new UsageError(`${name} has no build ${printable(asked ?? '')}. It has:\n${shown(whole)}`);
}

function severalFit(
  { name }: Repository,
  { quantization }: HubSpec,
  fitting: readonly Candidate[],
): UsageError {
  const labels = fitting.map((each) => each.quantization);
  const [first] = labels;
  const isEnough =
    quantization === undefined && first !== undefined && new Set(labels).size === labels.length;
  const way = isEnough
    ? `Name one, such as hf:${name}:${first}.`
    : 'Give the address of the one that you mean, as its page at the hub shows it.';
  return new UsageError(`${name} has several builds. ${way} It has:\n${shown(fitting)}`);
}

function shown(candidates: readonly Candidate[]): string {
  const lines = candidates
    .slice(0, MOST_SHOWN)
    .map(({ file, quantization = UNKNOWN_QUANTIZATION }) => {
      const size = formatBytes(file.sizeBytes);
      return `  ${quantization.padEnd(12)} ${size.padStart(7)}  ${printable(file.path)}`;
    });
  const more = candidates.length - lines.length;
  return [...lines, ...(more > 0 ? [`  and ${String(more)} more`] : [])].join('\n');
}

function unavailable(modelId: string, reason: string): ModelError {
  return new ModelError('MODEL_UNAVAILABLE', { modelId, reason });
}
