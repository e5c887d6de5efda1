/**
 * Lists and deletes the builds that aren't installed any more and can come back: see `KEPT_PLACES`. Their bytes count as
 * free space, because these builds are deleted as soon as a download needs the room.
 */
import * as v from 'valibot';

import {
  KEPT_LOCK,
  KEPT_NAME,
  KEPT_PLACES,
  keptFolder,
  keptPath,
  type KeptPlace,
} from '../../ai/registry/buildPlaces';
import type { LlmModelConfig } from '../../ai/modelConfig';
import type { KeptBuild } from '../../ai/modelState';
import { RUNTIMES, TRAITS } from '../../ai/runtimes/runtimes';
import { isModelError } from '../../errors';
import type { Clock, FileEntry, FileStore, Peers, Runtime } from '../../platform/types';
import { ifFree } from '../flow/ifFree';
import { parseJson, sum } from '../plan/plan';
import { isComplete, readManifest, type Manifest } from './manifest';
import { freedBytes } from './sharedBytes';

const DAY_MS = 24 * 60 * 60 * 1000;

/** How long a build is kept at most. */
export const KEPT_MS: Readonly<Record<KeptPlace, number>> = {
  removed: DAY_MS,
  earlier: 7 * DAY_MS,
};

export interface KeptTools {
  files: FileStore;
  peers: Pick<Peers, 'withLock'>;
  clock: Pick<Clock, 'nowMs'>;
}

const keptSchema = v.object({
  version: v.literal(1),
  keptAt: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
});

export function formatKept(keptAt: number): string {
  return `${JSON.stringify({ version: 1, keptAt })}\n`;
}

/**
 * All kept builds, in the order in which they give way: removed ones first, then earlier versions, the oldest first.
 * `entries` are files of the store that the caller has listed.
 */
export async function listKept(
  files: FileStore,
  entries?: readonly FileEntry[],
): Promise<KeptBuild[]> {
  const found: KeptBuild[] = [];
  for (const place of KEPT_PLACES) {
    const builds: KeptBuild[] = [];
    for (const runtime of RUNTIMES.filter((each) => TRAITS[each].hasFiles)) {
      const folder = keptFolder(place, runtime);
      const below = entries?.filter(({ path }) => path.startsWith(`${folder}/`));
      const present = below ?? (await files.list(folder));
      for (const [folderName, own] of byFolder(folder, present)) {
        const kept = { place, runtime, folderName };
        const usedBytes = freedBytes(own);
        builds.push({ ...kept, ...(await factsOf(files, kept, own)), usedBytes });
      }
    }
    found.push(...builds.sort((one, other) => (one.keptAt ?? 0) - (other.keptAt ?? 0)));
  }
  return found;
}

/** The bytes that can give way. */
export function keptBytes(builds: readonly KeptBuild[]): number {
  return sum(builds.map(({ keptAt, usedBytes }) => (keptAt === undefined ? 0 : usedBytes)));
}

/** Whether a build can't come back: its time is over, or it has no record. A clock that was wrong keeps it no longer. */
export function isOver({ place, keptAt }: KeptBuild, nowMs: number): boolean {
  return keptAt === undefined || Math.abs(nowMs - keptAt) >= KEPT_MS[place];
}

/** The caller holds `KEPT_LOCK`. A crash leaves a build without a record, which the next start deletes. */
export async function deleteKept(
  files: FileStore,
  kept: Pick<KeptBuild, 'place' | 'runtime' | 'folderName'>,
): Promise<void> {
  await files.remove(`${pathOf(kept)}/${KEPT_NAME}`);
  await files.remove(pathOf(kept));
}

/**
 * Deletes the kept builds that can't come back. For the start; while another tab or process changes kept builds, it does
 * nothing, and a disk that can't be written to now is left to the next start.
 */
export async function expireKept({ files, peers, clock }: KeptTools): Promise<void> {
  const over = async () => (await listKept(files)).filter((kept) => isOver(kept, clock.nowMs()));
  const work = async () => {
    for (const kept of await over()) await deleteKept(files, kept);
  };
  try {
    if ((await over()).length === 0) return;
    await ifFree((options) => peers.withLock(KEPT_LOCK, work, options));
  } catch (error) {
    if (!isModelError(error)) throw error;
  }
}

/**
 * Deletes kept builds of the folders that `mayGo` accepts, in their order, until `isEnough` holds for the bytes that were
 * freed. True when it deleted any. @throws ModelError DISK_IO, STORAGE_UNAVAILABLE
 */
export function deleteUntil(
  { files, peers }: Omit<KeptTools, 'clock'>,
  mayGo: (folder: string) => boolean,
  isEnough: (freedBytes: number) => Promise<boolean>,
): Promise<boolean> {
  return peers.withLock(KEPT_LOCK, async () => {
    let freedBytes = 0;
    let hasDeleted = false;
    for (const kept of await listKept(files)) {
      if (await isEnough(freedBytes)) break;
      // Without a record, a start has to decide first: an update may have been killed while it moved these files.
      if (kept.keptAt === undefined || !mayGo(kept.folderName)) continue;
      await deleteKept(files, kept);
      freedBytes += kept.usedBytes;
      hasDeleted = true;
    }
    return hasDeleted;
  });
}

function pathOf({
  place,
  runtime,
  folderName,
}: Pick<KeptBuild, 'place' | 'runtime' | 'folderName'>) {
  return keptPath(place, folderName, runtime);
}

async function factsOf(
  files: FileStore,
  kept: Pick<KeptBuild, 'place' | 'runtime' | 'folderName'>,
  present: readonly FileEntry[],
): Promise<Pick<KeptBuild, 'modelId' | 'keptAt'>> {
  const folder = pathOf(kept);
  const manifest = await readManifest(files, folder, kept.runtime);
  const canComeBack = manifest !== undefined && isComplete(manifest, folder, present);
  const record = canComeBack ? await files.readText(`${folder}/${KEPT_NAME}`) : undefined;
  return { modelId: manifest?.modelId, keptAt: parseKept(record) };
}

function byFolder(parent: string, entries: readonly FileEntry[]): Map<string, FileEntry[]> {
  const folders = new Map<string, FileEntry[]>();
  for (const entry of entries) {
    const [name = ''] = entry.path.slice(parent.length + 1).split('/');
    folders.set(name, [...(folders.get(name) ?? []), entry]);
  }
  return folders;
}

function parseKept(text: string | undefined): number | undefined {
  const parsed = v.safeParse(keptSchema, parseJson(text));
  return parsed.success ? parsed.output.keptAt : undefined;
}

/** The manifest of a removed build that can come back, or undefined. @throws ModelError STORAGE_UNAVAILABLE, DISK_IO */
export async function findRemoved(
  { files, clock }: Omit<KeptTools, 'peers'>,
  config: LlmModelConfig,
  runtime: Runtime,
): Promise<Manifest | undefined> {
  const { folderName, modelId } = config;
  const place = keptPath('removed', folderName, runtime);
  const entries = await files.list(place);
  if (entries.length === 0) return undefined;
  const [kept] = await listKept(files, entries);
  if (kept?.modelId !== modelId || isOver(kept, clock.nowMs())) return undefined;
  return readManifest(files, place, runtime);
}
