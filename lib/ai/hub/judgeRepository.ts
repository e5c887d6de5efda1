/** What each build of an opened repository means for this device, and which one a person is offered first. Pure. */
import type { Runtime } from '../../platform/types';
import type { RepositoryAddress } from '../discover/addressParts';
import type { Repository, RepositoryFile } from '../discover/askRepository';
import type { ScanStatus } from '../discover/askScans';
import { fitOfBuild, type BuildFit, type DeviceMemory } from '../builds/buildFit';
import type { OpenedRepository } from './hubSearch';
import { recommendBuild, type Recommendation } from '../builds/recommendBuild';
import { withChosenFiles, type RepositoryBuild } from '../builds/repositoryBuilds';
import type { FileRole } from '../runtimes/modelBuild';
import { TRAITS } from '../runtimes/runtimes';

export interface JudgedBuild {
  found: RepositoryBuild;
  fit: BuildFit;
  scan: ScanStatus;
  /** Whether this device has an engine for it. */
  runsHere: boolean;
}

export interface JudgedRepository {
  repository: Repository;
  /** The largest first. */
  builds: readonly JudgedBuild[];
  recommendation: Recommendation;
  /** The path of the build that an address names; undefined where it names none, or one that isn't there. */
  namedPath: string | undefined;
  /** The file or the quantization that an address names and the repository doesn't have. */
  missing: string | undefined;
}

export interface Surroundings extends DeviceMemory {
  /** Undefined where the host doesn't tell. */
  freeBytes: number | undefined;
  /** By preference. */
  runtimes: readonly Runtime[];
}

export function judgeRepository(
  { repository, builds, scans }: OpenedRepository,
  address: Pick<RepositoryAddress, 'path' | 'quantization'>,
  surroundings: Surroundings,
): JudgedRepository {
  const { freeBytes, runtimes } = surroundings;
  const judged = builds.map((found): JudgedBuild => ({
    found,
    fit: fitOfBuild(repository, found, surroundings),
    scan: scans.get(found.path) ?? 'unknown',
    runsHere: runtimes.includes(found.build.runtime),
  }));
  const fits = new Map(judged.map(({ found, fit }) => [found.path, fit.fit]));
  const fitOf = ({ path }: RepositoryBuild) => fits.get(path) ?? 'unknown';
  const namedPath = judged.find(({ found }) => isNamed(found, address))?.found.path;
  const named = address.path ?? address.quantization;
  return {
    ...{ repository, builds: judged, namedPath },
    recommendation: recommendBuild({ builds, fitOf, freeBytes, runtimes }),
    missing: namedPath === undefined ? named : undefined,
  };
}

function isNamed(
  { weightsPaths, build }: RepositoryBuild,
  { path, quantization }: Pick<RepositoryAddress, 'path' | 'quantization'>,
): boolean {
  if (path !== undefined) return weightsPaths.includes(path);
  return quantization?.toUpperCase() === build.quantization.toUpperCase();
}

export type ChosenFiles = Readonly<Partial<Record<Exclude<FileRole, 'weights'>, string>>>;

/** The build with the files that a person chose for the roles that no file has by its name. */
export function withFiles(
  repository: Repository,
  judged: JudgedBuild,
  chosen: ChosenFiles,
): JudgedBuild {
  return { ...judged, found: withChosenFiles(repository, judged.found, chosen) };
}

/** More than a person can choose from. */
const MOST_CANDIDATES = 50;

/** The files of the repository that could have the role, by their endings. */
export function candidatesFor(
  { files }: Repository,
  { found }: JudgedBuild,
  role: FileRole,
): readonly RepositoryFile[] {
  const endings = TRAITS[found.build.runtime].fileEndings[role] ?? [];
  const fits = ({ path }: RepositoryFile) =>
    endings.some((ending) => path.toLowerCase().endsWith(ending));
  return files.filter(fits).slice(0, MOST_CANDIDATES);
}
