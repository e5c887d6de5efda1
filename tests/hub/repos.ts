/** What the hub holds: repositories, their revisions, and how their files are named by digest. */
import { createHash } from 'node:crypto';
import { pointerOf } from './content';
import type { Content } from './content';

export interface HubFile {
  content: Content;
  /** Whether it is stored apart from git and served by the second origin. */
  lfs: boolean;
}

export type HubFiles = Readonly<Record<string, HubFile>>;

export interface HubRepo {
  /** `owner/name`. */
  name: string;
  /** What `main` points at. */
  commit: string;
  files: HubFiles;
  /** Further names of commits: tags, but also branches or `refs/pr/1`. */
  tags?: Readonly<Record<string, string>>;
  /** What the files were at earlier commits. */
  olderCommits?: Readonly<Record<string, HubFiles>>;
  /** A name without an owner that is forwarded here. */
  legacyName?: string;
  gated?: 'auto' | 'manual';
  disabled?: boolean;
}

export interface Revision {
  commit: string;
  files: HubFiles;
}

/** A commit id that is always the same for a text, for repositories that no git ever saw. */
export function commitFor(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

/** The revision by branch, tag, commit or the start of one (seven digits or more), or undefined. */
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

/** The id by which the second origin knows a file; says nothing about the bytes, as on the real hub. */
export function xetHash(content: Content): string {
  return createHash('sha256')
    .update(`xet ${content.digest('sha256')}`)
    .digest('hex');
}

export function repoHash(repo: HubRepo): string {
  return createHash('sha256').update(repo.name).digest('hex');
}

/** Git's id of what git holds: the file, or the pointer to it. */
export function gitOid({ content, lfs }: HubFile): string {
  return (lfs ? pointerOf(content) : content).digest('git-sha1');
}
