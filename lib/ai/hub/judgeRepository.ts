/** What each build of an opened repository means for this device, and which one a person is offered first. Pure. */
import type { Engines, Runtime } from '../../platform/types';
import type { RepositoryAddress } from '../discover/addressParts';
import type { Repository, RepositoryFile } from '../discover/askRepository';
import type { ScanStatus } from '../discover/askScans';
import { fitOfBuild, type BuildFit, type DeviceMemory } from '../builds/buildFit';
import { modelName } from '../builds/modelNames';
import { estimateSpeed, type MeasuredHere, type SpeedEstimate } from '../measure/estimateSpeed';
import type { BuildHeader } from './buildHeaders';
import type { OpenedRepository } from './hubSearch';
import { fileWithHeader, type Look } from './lookAtBuild';
import { recommendBuild, type Recommendation } from '../builds/recommendBuild';
import { withChosenFiles, type RepositoryBuild } from '../builds/repositoryBuilds';
import type { FileRole } from '../runtimes/modelBuild';
import { TRAITS } from '../runtimes/runtimes';

export interface JudgedBuild {
  found: RepositoryBuild;
  /** By the header where one of its model was read, else by the sizes of its files. */
  fit: BuildFit;
  /** What its own header tells. */
  look: Look;
  /** Only for a build that fits, once a header of its model tells that it is dense. */
  speed: SpeedEstimate | undefined;
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
  /** What the builds are judged by. */
  surroundings: Surroundings;
}

export interface Surroundings extends DeviceMemory {
  engines: Engines;
  measured: MeasuredHere;
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
  const { runtimes } = surroundings;
  const judged = builds.map((found): JudgedBuild => {
    const runsHere = runtimes.includes(found.build.runtime);
    const isReadable = runsHere && found.problem === undefined && fileWithHeader(found.build);
    return {
      ...{ found, runsHere, scan: scans.get(found.path) ?? 'unknown' },
      ...{ fit: fitOfBuild(repository, found, surroundings), speed: undefined },
      look: { kind: isReadable ? 'unread' : 'none' },
    };
  });
  const namedPath = judged.find(({ found }) => isNamed(found, address))?.found.path;
  const named = address.path ?? address.quantization;
  return {
    ...{ repository, builds: judged, namedPath, surroundings },
    recommendation: recommend(judged, surroundings),
    missing: namedPath === undefined ? named : undefined,
  };
}

/**
 * The same repository with what the header of one of its builds tells. The other builds of that model differ by their
 * weights only, so that they are judged by the same header until their own is read.
 */
export function withLook(judged: JudgedRepository, path: string, look: Look): JudgedRepository {
  const { repository, surroundings } = judged;
  const looked = judged.builds.map((each) => (each.found.path === path ? { ...each, look } : each));
  const looks = looksByModel(looked);
  const builds = looked.map((each): JudgedBuild => {
    const header = headerFor(each, looks);
    if (header === undefined) return each;
    const build = { ...each.found.build, ...header.facts };
    const fit = fitOfBuild(repository, { ...each.found, build }, surroundings);
    const engine = surroundings.engines[build.runtime];
    const speed =
      fit.fit === 'fits' ? estimateSpeed({ build, engine }, surroundings.measured) : undefined;
    return { ...each, fit, speed };
  });
  return { ...judged, builds, recommendation: recommend(builds, surroundings) };
}

/** What the builds that were looked at tell about their model, by `modelKey`. */
type ModelLooks = ReadonlyMap<string, readonly Look[]>;

function looksByModel(builds: readonly JudgedBuild[]): ModelLooks {
  const looks = new Map<string, Look[]>();
  for (const build of builds) {
    const { look } = build;
    if (look.kind !== 'read' && look.kind !== 'refused') continue;
    const key = modelKey(build);
    looks.set(key, [...(looks.get(key) ?? []), look]);
  }
  return looks;
}

function modelKey({ found: { path, build } }: JudgedBuild): string {
  return `${build.runtime} ${modelName(path)}`;
}

function headerFor(judged: JudgedBuild, looks: ModelLooks): BuildHeader | undefined {
  const ofModel = [judged.look, ...(looks.get(modelKey(judged)) ?? [])];
  return ofModel.flatMap((look) => (look.kind === 'read' ? look.header : []))[0];
}

function recommend(
  builds: readonly JudgedBuild[],
  { freeBytes, runtimes }: Surroundings,
): Recommendation {
  const looks = looksByModel(builds);
  const offered = builds.filter((build) => !isRefused(build, looks));
  const fits = new Map(offered.map(({ found, fit }) => [found.path, fit.fit]));
  return recommendBuild({
    ...{ builds: offered.map(({ found }) => found), freeBytes, runtimes },
    fitOf: ({ path }) => fits.get(path) ?? 'unknown',
  });
}

/** Another build of a model has the same architecture, so it isn't recommended where that was refused. */
function isRefused(judged: JudgedBuild, looks: ModelLooks): boolean {
  const { kind } = judged.look;
  if (kind === 'refused' || kind === 'read') return kind === 'refused';
  const ofModel = looks.get(modelKey(judged)) ?? [];
  return ofModel.some(
    (look) => look.kind === 'refused' && look.failure.code === 'MODEL_UNAVAILABLE',
  );
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
