/** The record in a model's folder that makes it installed: which files, how many bytes, which digests, from where. */
import * as v from 'valibot';

import { MANIFEST_NAME } from '../ai/modelFiles';
import type { InstalledFile } from '../ai/modelState';
import { isPortableName } from '../platform/storePath';
import type { FileEntry, Runtime } from '../platform/types';
import { parseJson } from './plan';

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
  runtime: v.picklist(['executorch', 'llama.cpp']),
  installedAt: v.pipe(v.number(), v.safeInteger()),
  files: v.pipe(
    v.array(
      v.object({
        fileName: v.pipe(v.string(), v.check(isPortableName)),
        sizeBytes: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
        sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
        checkedAgainst: v.picklist(['registry', 'hub', 'app', 'none']),
        url: v.exactOptional(v.string()),
        revision: v.exactOptional(v.string()),
        blocks: v.exactOptional(v.array(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)))),
      }),
    ),
    v.minLength(1),
  ),
});

export function formatManifest(manifest: Manifest): string {
  return `${JSON.stringify({ version: 1, ...manifest }, undefined, 2)}\n`;
}

/** The manifest in a text, or undefined when there is none or it isn't one of ours. */
export function parseManifest(text: string | undefined): Manifest | undefined {
  const parsed = v.safeParse(manifestSchema, parseJson(text));
  if (!parsed.success) return undefined;
  const { modelId, runtime, installedAt, files } = parsed.output;
  return { modelId, runtime, installedAt, files };
}

/** Whether every file that a manifest names lies in `folder` with exactly its bytes. Reads no content. */
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

/** Bytes of a model's files by its manifest, without the manifest's own. */
export function manifestBytes(manifest: Manifest): number {
  return manifest.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

export function manifestPath(folder: string): string {
  return `${folder}/${MANIFEST_NAME}`;
}
