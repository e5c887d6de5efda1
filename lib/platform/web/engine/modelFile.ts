/** Opens a model's file in the private file system for the engine. */
import { describe, ModelError } from '../../../errors';
import { checkGguf } from '../../gguf/ggufHeader';
import type { GgufFacts } from '../../gguf/ggufHeader';
import { findFile, openModelsFolder } from '../files/opfsPaths';

export interface ModelFile {
  file: File;
  gguf: GgufFacts;
}

/** The file, which the engine reads in pieces, so that it is never in memory twice. @throws ModelError LOAD_FAILED */
export async function openModelFile(path: string): Promise<File> {
  const handle = await findFile(await openModelsFolder(), path);
  if (!handle) throw new ModelError('LOAD_FAILED', { path, reason: 'there is no such file' });
  try {
    return await handle.getFile();
  } catch (cause) {
    throw new ModelError('LOAD_FAILED', { path, reason: describe(cause) }, { cause });
  }
}

/** @throws as `checkGguf` */
export async function checkModelFile(path: string, file: File): Promise<ModelFile> {
  const read = (start: number, length: number) => readSlice(file, start, length);
  return { file, gguf: await checkGguf({ path, sizeBytes: file.size, read }) };
}

export async function readSlice(file: File, start: number, length: number): Promise<Uint8Array> {
  return new Uint8Array(await file.slice(start, start + length).arrayBuffer());
}
