/** Lays out models at a place: files and their indexes under names by their digests, and the catalog last. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';

import type { LlmModelConfig } from '../../lib/ai/modelConfig';
import { plainBuild, type CatalogEntry, formatCatalog } from '../../lib/ai/registry/catalogText';
import type { ModelBuild, ModelFile, ModelSource } from '../../lib/ai/runtimes/modelBuild';
import { buildsOf } from '../../lib/ai/runtimes/notation';
import { indexOf } from './indexFile';
import {
  FILE_HEADERS,
  INDEX_HEADERS,
  PublishError,
  type LocalFile,
  type PublishTarget,
} from './publishTarget';

export interface PublishParts {
  target: PublishTarget;
  /** Where the place is reached, without a trailing slash. */
  baseUrl: string;
  /** The models folder. */
  folder: string;
  isDryRun: boolean;
  onFile: (event: PublishedFile) => void;
}

export interface PublishedFile {
  modelId: string;
  name: string;
  sizeBytes: number;
  /** `kept`: it was there already. */
  outcome: 'kept' | 'written' | 'would be written';
}

export interface PublishedEntry {
  entry: CatalogEntry;
  model: LlmModelConfig;
}

/** The text of the catalog, whose files are all at the place. @throws PublishError */
export async function publishModels(
  parts: PublishParts,
  entries: readonly PublishedEntry[],
): Promise<string> {
  const published: CatalogEntry[] = [];
  for (const { entry, model } of entries) {
    const builds = [];
    for (const build of buildsOf(model)) {
      if (build.files.length > 0) builds.push(plainBuild(await publishBuild(parts, model, build)));
    }
    const { acceptedLicense: _, ...others } = entry;
    published.push({ ...others, modelId: entry.modelId, builds });
  }
  return formatCatalog(published);
}

async function publishBuild(
  parts: PublishParts,
  model: LlmModelConfig,
  build: ModelBuild,
): Promise<ModelBuild> {
  const files: ModelFile[] = [];
  for (const file of build.files) {
    files.push({ ...file, source: await publishFile(parts, model, file) });
  }
  return { ...build, files };
}

async function publishFile(
  parts: PublishParts,
  { modelId, folderName }: LlmModelConfig,
  { fileName, role, source }: ModelFile,
): Promise<ModelSource> {
  const local = await findFile(parts.folder, { folderName, fileName });
  if (local === undefined) {
    throw new PublishError(
      `${modelId}: ${fileName} isn’t in ${join(parts.folder, folderName)}. modelshelf install brings it.`,
    );
  }
  const sha256 = await digestOf(local.path);
  const stated = source.kind === 'remote' ? source.sha256 : undefined;
  if (stated !== undefined && stated !== sha256) {
    throw new PublishError(`${modelId}: ${fileName} isn’t the file that the list states.`);
  }
  const name = `files/${sha256}/${fileName}`;
  await put(parts, { modelId, name, local });
  const index = role === 'weights' ? await publishIndex(parts, modelId, local) : undefined;
  const url = `${parts.baseUrl}/files/${sha256}/${encodeURIComponent(fileName)}`;
  return { kind: 'remote', url, sizeBytes: local.sizeBytes, sha256, ...(index && { index }) };
}

async function put(
  { target, isDryRun, onFile }: PublishParts,
  { modelId, name, local }: { modelId: string; name: string; local: LocalFile },
): Promise<void> {
  const { sizeBytes } = local;
  const isThere = (await target.sizeOf(name)) === sizeBytes;
  if (!isThere && !isDryRun) {
    await target.putFile(name, local, { headers: FILE_HEADERS, onProgress: () => undefined });
  }
  const outcome = isThere ? 'kept' : isDryRun ? 'would be written' : 'written';
  onFile({ modelId, name, sizeBytes, outcome });
}

async function publishIndex(
  { target, baseUrl, isDryRun, onFile }: PublishParts,
  modelId: string,
  local: LocalFile,
) {
  const text = await indexOf(local);
  if (text === undefined) return undefined;
  const sha256 = createHash('sha256').update(text).digest('hex');
  const name = `indexes/${sha256}.json`;
  const sizeBytes = Buffer.byteLength(text);
  const isThere = (await target.sizeOf(name)) === sizeBytes;
  if (!isThere && !isDryRun) await target.putText(name, text, INDEX_HEADERS);
  const outcome = isThere ? 'kept' : isDryRun ? 'would be written' : 'written';
  onFile({ modelId, name, sizeBytes, outcome });
  return { url: `${baseUrl}/${name}`, sizeBytes, sha256 };
}

/** In the model's folder, as an install puts it there, or beside it. */
async function findFile(
  folder: string,
  { folderName, fileName }: { folderName: string; fileName: string },
): Promise<LocalFile | undefined> {
  for (const path of [join(folder, folderName, fileName), join(folder, fileName)]) {
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile()) return { path, sizeBytes: found.size };
  }
  return undefined;
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}
