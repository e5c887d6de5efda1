/** The contents of the hub: repositories, their revisions, and the ids of their files. */
import { createHash } from 'node:crypto';
import { pointerOf } from './content';
import type { Content } from './content';

export interface HubFile {
  content: Content;
  /** Whether the file is stored outside git and served by the second origin. */
  lfs: boolean;
}

export type HubFiles = Readonly<Record<string, HubFile>>;

export interface HubRepo {
  /** `owner/name`. */
  name: string;
  /** The commit of `main`. */
  commit: string;
  files: HubFiles;
  /** More names of commits: tags, but also branches or `refs/pr/1`. */
  tags?: Readonly<Record<string, string>>;
  /** The files at earlier commits. */
  olderCommits?: Readonly<Record<string, HubFiles>>;
  /** A name without an owner that redirects to this repository. */
  legacyName?: string;
  gated?: 'auto' | 'manual';
  /** What its model card says about the gate: `extra_gated_fields`, `extra_gated_prompt` and others. */
  gate?: Readonly<Record<string, unknown>>;
  /** The licence in its model card: one that the hub knows by name, or `other` with a name of its own. */
  license?: { license: string; license_name?: string };
  /** What the hub read from one of its GGUF files. */
  gguf?: { total: number; architecture: string; context_length: number; chat_template?: string };
  facts?: HubFacts;
  disabled?: boolean;
}

/** What the hub counts and what a model card states, for lists and descriptions. */
export interface HubFacts {
  downloads?: number;
  likes?: number;
  trendingScore?: number;
  /** ISO 8601. */
  lastModified?: string;
  pipeline?: string;
  tags?: readonly string[];
  languages?: readonly string[];
  /** `owner/name`. */
  baseModel?: string;
  /** What a person is asked for access, by the label of the field. */
  gatedFields?: Readonly<Record<string, string>>;
  /** The result of the malware scan by path; `safe` for each file without one. */
  scans?: Readonly<Record<string, string>>;
}

export interface Revision {
  commit: string;
  files: HubFiles;
}

/** A commit id derived from a text, for repositories that don't exist in git. */
export function commitFor(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

/** The revision with this branch, tag, commit or start of a commit (seven digits or more), or undefined. */
export function findRevision(repo: HubRepo, name: string): Revision | undefined {
  const revisions: Record<string, HubFiles> = { ...repo.olderCommits, [repo.commit]: repo.files };
  const named = name === 'main' ? repo.commit : repo.tags?.[name];
  const commit =
    named ??
    Object.keys(revisions).find((id) => /^[0-9a-f]{7,40}$/.test(name) && id.startsWith(name));
  const files = commit === undefined ? undefined : revisions[commit];
  return commit === undefined || files === undefined ? undefined : { commit, files };
}

export function findFile(files: HubFiles, path: string): HubFile | undefined {
  return Object.hasOwn(files, path) ? files[path] : undefined;
}

/** The id of a file on the second origin. As on the real hub, it isn't a digest of the bytes. */
export function xetHash(content: Content): string {
  return createHash('sha256')
    .update(`xet ${content.digest('sha256')}`)
    .digest('hex');
}

export function repoHash(repo: HubRepo): string {
  return createHash('sha256').update(repo.name).digest('hex');
}

/** Git's id of the stored blob: the file, or the pointer to it. */
export function gitOid({ content, lfs }: HubFile): string {
  return (lfs ? pointerOf(content) : content).digest('git-sha1');
}

/** The repository after a commit to `main` that replaces, adds or (where undefined) removes files. */
export function movedOn(
  repo: HubRepo,
  changes: Readonly<Record<string, HubFile | undefined>>,
  lastModified = '2026-11-20T10:00:00.000Z',
): HubRepo {
  const entries = Object.entries({ ...repo.files, ...changes });
  const files: Record<string, HubFile> = {};
  for (const [path, file] of entries) if (file) files[path] = file;
  const oids = entries.map(([path, file]) => `${path} ${file ? gitOid(file) : 'removed'}`);
  return {
    ...repo,
    commit: commitFor(`${repo.commit} ${oids.join()}`),
    files,
    olderCommits: { ...repo.olderCommits, [repo.commit]: repo.files },
    facts: { ...repo.facts, lastModified },
  };
}
