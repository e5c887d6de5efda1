/** Opens a model's file in the private file system for the engine. */
import { describe, ModelError } from '../../../errors';
import { checkGguf } from '../../gguf/ggufHeader';
import type { GgufFacts, GgufFile } from '../../gguf/ggufHeader';
import { findFile, openModelsFolder } from '../files/opfsPaths';

/** The weights of a model: one file, or the parts of a split model in their order. */
export interface ModelFile {
  files: readonly [File, ...File[]];
  gguf: GgufFacts;
}

/** The file, which the engine reads in pieces, so that it is never in memory twice. @throws ModelError LOAD_FAILED */
async function openModelFile(path: string): Promise<File> {
  const handle = await findFile(await openModelsFolder(), path);
  if (!handle) throw new ModelError('LOAD_FAILED', { path, reason: 'there is no such file' });
  try {
    return await handle.getFile();
  } catch (cause) {
    throw new ModelError('LOAD_FAILED', { path, reason: describe(cause) }, { cause });
  }
}

/** @throws ModelError LOAD_FAILED */
export async function openModelFiles(paths: readonly [string, ...string[]]): Promise<ModelFile> {
  const [firstPath, ...morePaths] = paths;
  const files: [File, ...File[]] = [await openModelFile(firstPath)];
  for (const path of morePaths) files.push(await openModelFile(path));
  return checkModelFiles(paths, files);
}

/** @throws as `checkGguf` */
export async function checkModelFiles(
  [firstPath, ...morePaths]: readonly [string, ...string[]],
  files: readonly [File, ...File[]],
): Promise<ModelFile> {
  const [first, ...more] = files;
  const parts = more.map((file, index) => ggufFile(morePaths[index] ?? '', file));
  return { files, gguf: await checkGguf(ggufFile(firstPath, first), ...parts) };
}

function ggufFile(path: string, file: File): GgufFile {
  const read = (start: number, length: number) => readSlice(file, start, length);
  return { path, sizeBytes: file.size, read };
}

export async function readSlice(file: File, start: number, length: number): Promise<Uint8Array> {
  return new Uint8Array(await file.slice(start, start + length).arrayBuffer());
}
