/** Entries of the lock file: from models, and several builds of one model in one entry. Pure. */
import type { ModelBuild } from '../../../lib/ai/runtimes/modelBuild';
import type { ModelDescription } from '../../../lib/ai/runtimes/notation';
import { RUNTIMES } from '../../../lib/ai/runtimes/runtimes';
import type { Runtime } from '../../../lib/platform/types';
import {
  addressBelow,
  DEFAULT_HUB_ENDPOINT,
  urlOf,
} from '../../../lib/platform/addresses/hubEndpoint';
import type { LlmModelConfig } from '../../../lib/ai/modelConfig';
import { catalogEntryOf, plainBuild } from '../../../lib/ai/registry/catalogText';
import { buildsOf, withBuilds } from '../../../lib/ai/runtimes/notation';
import { UsageError } from '../../cli/usageError';
import type { Lock, LockEntry } from './lockFile';

export interface Addition {
  facts: ModelDescription;
  builds: readonly ModelBuild[];
  /** Whether the person chose the id: an entry with this id may then be of another repository. */
  isNamed: boolean;
  /** What `--accept-license` accepted, and when: ISO 8601. */
  acceptedLicense?: { textSha256: string; acceptedAt: string };
}

type Provenance = NonNullable<LlmModelConfig['provenance']>;

/**
 * The entries with the addition. A build replaces the one for the same runtime; the model's other builds, and properties
 * that the addition doesn't state, stay.
 * @throws UsageError where the id already names a model of another repository
 */
export function withAddition(lock: Lock, addition: Addition): LockEntry[] {
  const { facts, builds, isNamed, acceptedLicense } = addition;
  const { modelId } = facts;
  const had = lock.entries.find((entry) => entry.modelId === modelId);
  const before = lock.models.find((model) => model.modelId === modelId);
  const others = lock.entries.filter((entry) => entry.modelId !== modelId);
  const repository = provenanceOf(builds)?.repository;
  const known = before?.provenance?.repository;
  if (before && !isNamed && known !== repository) {
    throw new UsageError(
      `${modelId} is already in the lock, from ${known ?? 'elsewhere'}. Choose another id with --id, or the same to replace it.`,
    );
  }
  const kept = before ? buildsOf(before).filter(({ files }) => files.length > 0) : [];
  return [...others, entryOf({ had, facts, builds: merged(kept, builds), acceptedLicense })];
}

function merged(kept: readonly ModelBuild[], added: readonly ModelBuild[]): ModelBuild[] {
  const find = (runtime: Runtime) =>
    [...added, ...kept].find((build) => build.runtime === runtime) ?? [];
  return RUNTIMES.flatMap(find);
}

/** The entries with other builds of one model; all else stays. */
export function withBuildsOf(
  lock: Lock,
  modelId: string,
  builds: readonly ModelBuild[],
): LockEntry[] {
  return lock.entries.map((entry) =>
    entry.modelId === modelId ? { ...entry, builds: builds.map(plainBuild) } : entry,
  );
}

interface EntryParts {
  had: LockEntry | undefined;
  facts: ModelDescription;
  builds: readonly ModelBuild[];
  acceptedLicense: Addition['acceptedLicense'];
}

function entryOf({ had, facts, builds, acceptedLicense }: EntryParts): LockEntry {
  const { provenance: _, ...described } = facts;
  const provenance = provenanceOf(builds);
  const origin = provenance && { provenance: { ...facts.provenance, ...provenance } };
  const stated = catalogEntryOf(withBuilds({ ...described, ...origin }, builds));
  const more = Object.entries(had ?? {}).filter(([name]) => !(name in stated));
  return { ...stated, ...Object.fromEntries(more), ...acceptanceIn(had, acceptedLicense) };
}

/** The same text again doesn't change the date on which it was accepted. */
function acceptanceIn(had: LockEntry | undefined, acceptedLicense: Addition['acceptedLicense']) {
  if (acceptedLicense === undefined) return {};
  const before = JSON.stringify(had?.['acceptedLicense'] ?? {});
  return before.includes(acceptedLicense.textSha256) ? {} : { acceptedLicense };
}

/** Of the first build that was taken from a commit of the hub. */
export function provenanceOf(builds: readonly ModelBuild[]): Provenance | undefined {
  for (const { files } of builds) {
    const source = files[0]?.source;
    const url = source?.kind === 'remote' ? urlOf(source.url) : undefined;
    const below = url && addressBelow(url, DEFAULT_HUB_ENDPOINT);
    const [, repository, commit] =
      /^\/([^/]+\/[^/]+)\/resolve\/([0-9a-f]{40})\//.exec(below ?? '') ?? [];
    if (repository !== undefined && commit !== undefined) return { repository, commit };
  }
  return undefined;
}

/** The names of the files whose size or digest the lock doesn't state. */
export function incompleteFiles(model: LlmModelConfig): string[] {
  return buildsOf(model).flatMap(({ files }) =>
    files
      .filter(({ source }) => source.kind === 'remote')
      .filter(({ source }) => !('sizeBytes' in source && 'sha256' in source))
      .map(({ fileName }) => fileName),
  );
}
