/** Looks into a person’s file before a byte of it is copied. */
import { isModelError, ModelError, type ImportProblem } from '../../errors';
import { foreignKind, SIGNATURE_BYTES } from '../../platform/gguf/foreignFile';
import { GgufDefect } from '../../platform/gguf/ggufBytes';
import { checkGgufFile } from '../../platform/gguf/ggufHeader';
import { describeGguf, type GgufModel } from '../../platform/gguf/ggufModel';
import type { Host, PickedFile, Runtime } from '../../platform/types';
import { TRAITS } from '../runtimes/runtimes';

/** A file whose header was read, and can be loaded here as far as that shows. */
export interface CheckedFile {
  file: PickedFile;
  runtime: Runtime;
  model: GgufModel;
}

const MAGIC = 'GGUF';
const ENDING = '.gguf';
const MEBIBYTE = 1024 * 1024;

/**
 * Reads the header, at most 64 MiB, and compares the stated tensors with the size of the file.
 * @throws ModelError IMPORT_REFUSED, DISK_IO
 */
export async function checkPicked(
  file: PickedFile,
  host: Pick<Host, 'runtimes' | 'maxModelBytes'>,
): Promise<CheckedFile> {
  const { name, sizeBytes } = file;
  if (sizeBytes === 0) throw refusal(name, 'empty');
  refuseOtherKind(name, await file.read(0, SIGNATURE_BYTES));
  const runtime = loadableHere(file, host);
  const read = (offsetBytes: number, lengthBytes: number) =>
    file.read(offsetBytes, Math.min(lengthBytes, MEBIBYTE));
  try {
    const table = await checkGgufFile(
      { path: name, sizeBytes, read },
      { role: 'weights', parts: 1 },
    );
    const model = describeGguf({ ...table, tensorCount: table.tensors.length });
    return { file, runtime, model };
  } catch (error) {
    throw asRefusal(name, error);
  }
}

/** The runtime that a GGUF file of that size is for here. @throws ModelError IMPORT_REFUSED where there is none */
export function loadableHere(
  { name, sizeBytes }: Pick<PickedFile, 'name' | 'sizeBytes'>,
  { runtimes, maxModelBytes }: Pick<Host, 'runtimes' | 'maxModelBytes'>,
): Runtime {
  const runtime = runtimes.find((each) => weightsEndings(each).includes(ENDING));
  if (runtime === undefined) {
    throw refusal(name, 'unsupported', 'nothing on this device runs models of this kind');
  }
  if (maxModelBytes !== undefined && sizeBytes > maxModelBytes) {
    throw refusal(name, 'too-large', 'it is larger than a model can be here');
  }
  return runtime;
}

function weightsEndings(runtime: Runtime): readonly string[] {
  return TRAITS[runtime].fileEndings.weights ?? [];
}

function refuseOtherKind(name: string, firstBytes: Uint8Array): void {
  if (String.fromCharCode(...firstBytes.subarray(0, MAGIC.length)) === MAGIC) return;
  const others = Object.values(TRAITS).flatMap(({ fileEndings, neededRoles }) =>
    neededRoles.length > 1 ? (fileEndings.weights ?? []) : [],
  );
  if (others.some((ending) => name.toLowerCase().endsWith(ending))) {
    throw refusal(name, 'part', 'it needs its tokenizer’s files, which are not in it');
  }
  throw refusal(name, 'not-a-model', foreignKind(firstBytes) ?? 'it is no GGUF file');
}

function asRefusal(name: string, error: unknown): unknown {
  const defect = isModelError(error) && error.code === 'LOAD_FAILED' ? error.cause : error;
  if (!(defect instanceof GgufDefect)) {
    // The check reports a failure of the disk as a failure of the file.
    return isModelError(defect) ? defect : error;
  }
  return refusal(name, defect.kind, defect.message);
}

export function refusal(fileName: string, problem: ImportProblem, reason = ''): ModelError {
  return new ModelError('IMPORT_REFUSED', { fileName, problem, reason });
}
