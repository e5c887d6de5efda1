/** The record in a model's folder that makes it installed: its files, their sizes, digests and sources. */
import * as v from 'valibot';

import { MANIFEST_NAME, manifestPath, namesOfOtherBuilds } from '../../ai/registry/buildPlaces';
import type { LlmModelConfig } from '../../ai/modelConfig';
import { FILE_ROLES } from '../../ai/runtimes/modelBuild';
import { RUNTIMES } from '../../ai/runtimes/runtimes';
import type { InstalledFile } from '../../ai/modelState';
import { isPortableName } from '../../platform/shared/storePath';
import type { FileEntry, FileStore, Runtime } from '../../platform/types';
import { parseJson, withRoles } from '../plan/plan';

export interface Manifest {
  modelId: string;
  runtime: Runtime;
  /** Milliseconds since 1970. */
  installedAt: number;
  files: InstalledFile[];
}

const manifestSchema = v.object({
  version: v.literal(1),
  modelId: v.string(),
  runtime: v.picklist(RUNTIMES),
  installedAt: v.pipe(v.number(), v.safeInteger()),
  files: v.pipe(
    v.array(
      v.object({
        fileName: v.pipe(v.string(), v.check(isPortableName)),
        role: v.exactOptional(v.picklist(FILE_ROLES)),
        sizeBytes: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
        sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
        checkedAgainst: v.picklist(['registry', 'hub', 'app', 'none']),
        url: v.exactOptional(v.string()),
        revision: v.exactOptional(v.string()),
        xetHash: v.exactOptional(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))),
        index: v.exactOptional(
          v.object({ url: v.string(), sizeBytes: v.number(), sha256: v.string() }),
        ),
        blocks: v.exactOptional(v.array(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)))),
      }),
    ),
    v.minLength(1),
  ),
});

export function formatManifest(manifest: Manifest): string {
  return `${JSON.stringify({ version: 1, ...manifest }, undefined, 2)}\n`;
}

/** The manifest in a text, or undefined when the text is missing or not a valid manifest. */
export function parseManifest(text: string | undefined): Manifest | undefined {
  const parsed = v.safeParse(manifestSchema, parseJson(text));
  if (!parsed.success) return undefined;
  const { modelId, runtime, installedAt, files } = parsed.output;
  return { modelId, runtime, installedAt, files: withRoles(files) };
}

/** Whether every file that a manifest names is in `folder` with exactly its size. Reads no content. */
export function isComplete(
  manifest: Manifest,
  folder: string,
  entries: readonly FileEntry[],
): boolean {
  const sizes = new Map(entries.map(({ path, sizeBytes }) => [path, sizeBytes]));
  return manifest.files.every(
    ({ fileName, sizeBytes }) => sizes.get(`${folder}/${fileName}`) === sizeBytes,
  );
}

/** The size of a model's files by its manifest, without the manifest itself. */
export function manifestBytes(manifest: Manifest): number {
  return manifest.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

/** The possible paths of a build's manifest. The older one comes first: a manifest only moves from it to the newer. */
export function manifestPaths(folder: string, runtime: Runtime): readonly string[] {
  return [...new Set([`${folder}/${MANIFEST_NAME}`, manifestPath(folder, runtime)])];
}

interface FoundManifest {
  path: string;
  manifest: Manifest;
}

async function findManifest(
  files: FileStore,
  folder: string,
  runtime: Runtime,
): Promise<FoundManifest | undefined> {
  for (const path of manifestPaths(folder, runtime)) {
    const manifest = parseManifest(await files.readText(path));
    if (manifest?.runtime === runtime) return { path, manifest };
  }
  return undefined;
}

/** The manifest of a build, or undefined. @throws ModelError STORAGE_UNAVAILABLE, DISK_IO */
export async function readManifest(
  files: FileStore,
  folder: string,
  runtime: Runtime,
): Promise<Manifest | undefined> {
  return (await findManifest(files, folder, runtime))?.manifest;
}

/** Removes a build's manifest. If another build's manifest has its name, that one is renamed to its own. Idempotent. */
export async function removeManifest(
  files: FileStore,
  folder: string,
  runtime: Runtime,
): Promise<void> {
  const own = manifestPath(folder, runtime);
  for (const path of manifestPaths(folder, runtime)) {
    const found = parseManifest(await files.readText(path))?.runtime;
    if (found === runtime || (found === undefined && path === own)) await files.remove(path);
    else if (found !== undefined && path === own)
      await files.move(path, manifestPath(folder, found));
  }
}

/** The files in a model's folder that belong to its other builds, by their manifests and by the registry. */
export async function filesOfOtherBuilds(
  files: FileStore,
  config: LlmModelConfig,
  runtime: Runtime,
): Promise<ReadonlySet<string>> {
  const { folderName } = config;
  const paths = namesOfOtherBuilds(config, runtime).map((name) => `${folderName}/${name}`);
  for (const other of RUNTIMES.filter((each) => each !== runtime)) {
    const found = await findManifest(files, folderName, other);
    const named = found?.manifest.files.map(({ fileName }) => `${folderName}/${fileName}`) ?? [];
    paths.push(...(found ? [found.path] : []), ...named);
  }
  return new Set(paths);
}
