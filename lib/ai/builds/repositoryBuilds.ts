/** Finds the builds among the files of a repository, by the publishers' conventions. Pure. */
import type { Runtime } from '../../platform/types';
import { unavailableReason } from '../registry/modelFiles';
import { FILE_ROLES, type FileRole, type ModelBuild, type ModelFile } from '../runtimes/modelBuild';
import { RUNTIMES, TRAITS } from '../runtimes/runtimes';
import { fileUrl } from '../discover/addressParts';
import type { Repository, RepositoryFile } from '../discover/askRepository';
import { findCompanion } from './companions';
import { draftModel } from './describeModel';
import { findProjector, isProjector, projectorsOf, type Projectors } from './projectors';
import { gradeOf, quantizationOf, UNKNOWN_QUANTIZATION, type Grade } from './quantizations';
import { shardOf } from './shards';

export type BuildProblem =
  /** Of a model that is split into `of` files, the repository has only `has`. */
  | { kind: 'incomplete'; has: number; of: number }
  /** No file of the repository has the names that publishers use for these roles: see `withChosenFiles`. */
  | { kind: 'needs'; roles: readonly FileRole[] }
  /** No engine can load it; `reason` is a sentence for the person. */
  | { kind: 'unusable'; reason: string };

export interface RepositoryBuild {
  /** The path of the weights, of the first file where there are several: it identifies the build. */
  path: string;
  /** Of all files with weights, in their order. */
  weightsPaths: readonly string[];
  /** With its files in the order of their roles, each at the repository's commit. */
  build: ModelBuild;
  weightsBytes: number;
  /** All files together. */
  totalBytes: number;
  /** What the quantization leaves of the quality; undefined where its name isn't known. */
  grade: Grade | undefined;
  /** Why it can't be added as it is. */
  problem: BuildProblem | undefined;
}

/** The largest first. A file that isn't a model by its name isn't listed. */
export function repositoryBuilds(repository: Repository): RepositoryBuild[] {
  const groups = new Map<string, RepositoryFile[]>();
  const projectors = projectorsOf(repository.files);
  const byPath = new Map(repository.files.map((file) => [file.path, file]));
  for (const file of repository.files) {
    const runtime = runtimeOf(file.path);
    if (runtime === undefined || isProjector(file.path) || isNoModel(file.path)) continue;
    const shard = shardOf(file.path);
    const key = shard === undefined ? file.path : `${shard.stem}/${String(shard.count)}`;
    const group = groups.get(key);
    if (group) group.push(file);
    else groups.set(key, [file]);
  }
  const builds = [...groups.values()].map((weights) =>
    buildOf({ repository, byPath, projectors }, weights),
  );
  return builds.sort((a, b) => b.totalBytes - a.totalBytes || compare(a.path, b.path));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function runtimeOf(path: string): Runtime | undefined {
  const name = path.toLowerCase();
  const isWeights = (ending: string) => name.endsWith(ending);
  return RUNTIMES.find((runtime) => TRAITS[runtime].fileEndings.weights?.some(isWeights));
}

/** Measurements for making quantizations have the format of models, and publishers leave them beside the models. */
function isNoModel(path: string): boolean {
  return /(^|[-_./])imatrix([-_.]|$)/i.test(path);
}

interface Holdings {
  repository: Repository;
  byPath: ReadonlyMap<string, RepositoryFile>;
  projectors: Projectors;
}

/** `weights` are one file, or the parts of one model. */
function buildOf(holdings: Holdings, weights: readonly RepositoryFile[]): RepositoryBuild {
  const { repository } = holdings;
  const parts = [...weights].sort((a, b) => indexOf(a) - indexOf(b));
  const path = parts[0]?.path ?? '';
  const runtime = runtimeOf(path) ?? 'llama.cpp';
  const companions = companionsOf(holdings, { path, runtime });
  const quantization = quantizationOf(path) ?? UNKNOWN_QUANTIZATION;
  const { contextTokens } = repository;
  const files = [...parts.map((file) => ({ role: 'weights' as const, file })), ...companions];
  const of = shardOf(path)?.count ?? 1;
  const has = new Set(parts.map(indexOf)).size;
  const isIncomplete = has < of;
  const found: RepositoryBuild = {
    path,
    weightsPaths: parts.map((part) => part.path),
    build: {
      ...{ runtime, quantization },
      files: files.map(({ role, file }) => modelFile(repository, role, file)),
      // The context of a build with a fixed one isn't that of the model.
      ...(contextTokens !== undefined && !TRAITS[runtime].hasFixedContext && { contextTokens }),
    },
    weightsBytes: sumOf(parts),
    totalBytes: sumOf(files.map(({ file }) => file)),
    grade: gradeOf(quantization),
    problem: isIncomplete ? { kind: 'incomplete', has, of } : undefined,
  };
  return withProblem(repository, found);
}

function indexOf({ path }: RepositoryFile): number {
  return shardOf(path)?.index ?? 0;
}

interface Companion {
  role: FileRole;
  file: RepositoryFile;
}

/** The files beside the weights, one for each role that the runtime knows. */
function companionsOf(
  { byPath, projectors }: Holdings,
  { path, runtime }: { path: string; runtime: Runtime },
): Companion[] {
  const roles = FILE_ROLES.filter((role) => TRAITS[runtime].fileEndings[role] !== undefined);
  return roles.flatMap((role): Companion[] => {
    if (role === 'weights') return [];
    const file =
      role === 'projector'
        ? findProjector(projectors, path)
        : findCompanion(byPath, { path, role });
    return file === undefined ? [] : [{ role, file }];
  });
}

/** A set that isn't complete stays that. */
function withProblem(repository: Repository, found: RepositoryBuild): RepositoryBuild {
  if (found.problem?.kind === 'incomplete') return found;
  const { runtime, files } = found.build;
  const roles = TRAITS[runtime].neededRoles.filter(
    (role) => !files.some((file) => file.role === role),
  );
  if (roles.length > 0) return { ...found, problem: { kind: 'needs', roles } };
  const reason = unavailableReason(draftModel(repository, found.build), runtime);
  return { ...found, problem: reason === undefined ? undefined : { kind: 'unusable', reason } };
}

/**
 * The build with files of the repository that a person has chosen for roles without one, or in place of another. A path
 * that the repository doesn't have, or whose ending the role can't have, changes nothing.
 */
export function withChosenFiles(
  repository: Repository,
  found: RepositoryBuild,
  chosen: Readonly<Partial<Record<Exclude<FileRole, 'weights'>, string>>>,
): RepositoryBuild {
  const { runtime } = found.build;
  let { files } = found.build;
  for (const role of FILE_ROLES) {
    const path = role === 'weights' ? undefined : chosen[role];
    const file = repository.files.find((each) => each.path === path);
    const endings = TRAITS[runtime].fileEndings[role] ?? [];
    if (!file || !endings.some((ending) => file.path.toLowerCase().endsWith(ending))) continue;
    files = [...files.filter((each) => each.role !== role), modelFile(repository, role, file)];
  }
  const ordered = FILE_ROLES.flatMap((role) => files.filter((file) => file.role === role));
  const totalBytes = ordered.reduce((sum, { source }) => sum + bytesOf(source), 0);
  const build = { ...found.build, files: ordered };
  return withProblem(repository, { ...found, build, totalBytes });
}

function bytesOf(source: ModelFile['source']): number {
  return source.kind === 'remote' ? (source.sizeBytes ?? 0) : 0;
}

function sumOf(files: readonly RepositoryFile[]): number {
  return files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

function modelFile(
  { name, commit }: Pick<Repository, 'name' | 'commit'>,
  role: FileRole,
  { path, sizeBytes, sha256 }: RepositoryFile,
): ModelFile {
  return {
    role,
    fileName: path.slice(path.lastIndexOf('/') + 1),
    source: {
      kind: 'remote',
      url: fileUrl({ name, commit, path }),
      sizeBytes,
      ...(sha256 !== undefined && { sha256 }),
    },
  };
}
