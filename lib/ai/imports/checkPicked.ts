/** Looks into the files of an import before a byte is copied. */
import { isModelError } from '../../errors';
import { foreignKind, SIGNATURE_BYTES } from '../../platform/gguf/foreignFile';
import { GgufDefect } from '../../platform/gguf/ggufBytes';
import { checkGgufFile, joinModel } from '../../platform/gguf/ggufHeader';
import { describeGguf, type GgufModel } from '../../platform/gguf/ggufModel';
import type { GgufTable } from '../../platform/gguf/ggufTable';
import type { Host, PickedFile, Runtime } from '../../platform/types';
import { TRAITS } from '../runtimes/runtimes';
import { orderParts } from './orderParts';
import { refusal } from './refusal';

/** A file of an import, and what the program that it comes from records about it. */
export interface ImportedPart {
  file: PickedFile;
  /** The digest that it should have, in lower-case hex. */
  sha256?: string | undefined;
  /** The pinned address of exactly this file. */
  url?: string | undefined;
}

/** A model whose headers were read, and that can be loaded here as far as they show. */
export interface CheckedModel {
  /** In the order of the model, as the engine needs them. */
  parts: readonly ImportedPart[];
  sizeBytes: number;
  runtime: Runtime;
  model: GgufModel;
}

const MAGIC = 'GGUF';
const ENDING = '.gguf';
const MEBIBYTE = 1024 * 1024;

/**
 * Reads each header, at most 64 MiB, and compares the stated tensors with the size of the file. Several files have to be
 * all parts of one split model, in any order.
 * @throws ModelError IMPORT_REFUSED, DISK_IO
 */
export async function checkPicked(
  given: readonly ImportedPart[],
  host: Pick<Host, 'runtimes' | 'maxModelBytes' | 'pickedFiles'>,
): Promise<CheckedModel> {
  const { name = '' } = given[0]?.file ?? {};
  const sizeBytes = given.reduce((bytes, { file }) => bytes + file.sizeBytes, 0);
  const runtime = loadableHere({ name, sizeBytes }, host);
  const read: (ImportedPart & { table: GgufTable })[] = [];
  for (const part of given) read.push({ ...part, table: await readTable(part.file) });
  const parts = orderParts(read, host.pickedFiles?.openBeside !== undefined);
  return asRefused(name, () => {
    const { metadata, tensors } = joinModel(parts.map(({ table }) => table));
    const { endBytes } = parts[0]?.table ?? {};
    const tensorCount = tensors.length;
    const model = describeGguf({ metadata, tensors, tensorCount, endBytes });
    return { parts, sizeBytes, runtime, model };
  });
}

async function readTable(file: PickedFile): Promise<GgufTable> {
  const { name, sizeBytes } = file;
  if (sizeBytes === 0) throw refusal(name, 'empty');
  refuseOtherKind(name, await file.read(0, SIGNATURE_BYTES));
  const read = (offsetBytes: number, lengthBytes: number) =>
    file.read(offsetBytes, Math.min(lengthBytes, MEBIBYTE));
  return asRefused(name, () => checkGgufFile({ path: name, sizeBytes, read }, { role: 'weights' }));
}

/** The runtime that a GGUF file of that size is for here. @throws ModelError IMPORT_REFUSED where there is none */
function loadableHere(
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

async function asRefused<T>(name: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const defect = isModelError(error) && error.code === 'LOAD_FAILED' ? error.cause : error;
    if (defect instanceof GgufDefect) throw refusal(name, defect.kind, defect.message);
    // The check reports a failure of the disk as a failure of the file.
    throw isModelError(defect) ? defect : error;
  }
}
