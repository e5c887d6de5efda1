/** A model from the header of its file, for a file that no list knows. Pure. */
import type { GgufModel } from '../../platform/gguf/ggufModel';
import { shardFileName, shardName } from '../../platform/gguf/shardNames';
import { isPortableName } from '../../platform/shared/storePath';
import { MANIFEST_NAMES } from '../registry/buildPlaces';
import { FORMAT_PAGE } from '../registry/modelPage';
import { parameterWords } from '../registry/modelSize';
import type { LlmModelConfig, ModelSource } from '../modelConfig';
import { withBuilds, type ModelDescription } from '../runtimes/notation';
import type { ModelBuild } from '../runtimes/modelBuild';
import type { Runtime } from '../../platform/types';
import { statedQuantization } from './fileTypes';
import { headerFacts } from './headerFacts';

/** The source of a file of a person’s own: why it can’t be downloaded once it was removed. */
export const OWN_FILE: ModelSource = {
  kind: 'unavailable',
  reason:
    'It was taken in from a file of yours, and no address of it is known. Open the file again to have it here.',
};

export interface FileToDescribe {
  runtime: Runtime;
  model: GgufModel;
  /**
   * Its name where it came from; it may be no name of a model, as in a store that names files by their digests. Of a split
   * model, the name of any part.
   */
  fileName: string;
  /** The name by which another program lists it; undefined where there is none. */
  label?: string | undefined;
  /** Eight characters, the same for the same file: the beginning of its digest, or `stampOf` what identifies it. */
  stamp: string;
  /** Where it came from, as a part of a sentence. */
  from: string;
  /** Where each part can be downloaded from, in the order of the model; one for a model in one file. */
  sources: readonly ModelSource[];
}

/** The same file always has the same id, in which the stamp keeps it apart from other files of that name. */
export function describeFile(file: FileToDescribe): LlmModelConfig {
  const { runtime, model, fileName, label, stamp, from, sources } = file;
  const quantization = statedQuantization(model, fileName);
  const stem = shardName(fileName)?.stem ?? fileName.replace(/\.gguf$/i, '');
  const isDigest = /^(sha256-)?[0-9a-f]{40,64}$/.test(stem);
  const name =
    shown(model.name) || shown(label) || (isDigest ? '' : shown(stem)) || shown(model.architecture);
  const modelId = idOf(name, quantization, stamp);
  const description: ModelDescription = {
    modelId,
    displayName: cut(name, 80),
    description: `${capital(model.architecture)} model in ${quantization}, from ${from}. Nobody has vouched for it.`,
    size: sizeOf(model),
    folderName: modelId,
    available: true,
    huggingFaceUrl: pageOf(model.pageUrl),
    license: cut(shown(model.licenseName) || shown(model.license) || 'Not stated', 80),
  };
  const build: ModelBuild = {
    runtime,
    quantization,
    files: sources.map((source, index) => ({
      fileName: storedName({ fileName, stem, modelId }, index, sources.length),
      role: 'weights',
      source,
    })),
    ...headerFacts(model),
  };
  return withBuilds(description, [build]);
}

// eslint-disable-next-line no-control-regex -- control and direction characters are what it looks for
const UNSHOWN = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+/g;

/** A file chooses its texts freely: without characters that draw or turn the text around. */
function shown(text = ''): string {
  return text.replace(UNSHOWN, ' ').trim();
}

function cut(text: string, length: number): string {
  return Array.from(text).slice(0, length).join('').trim();
}

function capital(text: string): string {
  const name = cut(shown(text), 40);
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function idOf(name: string, quantization: string, stamp: string): string {
  const slug = (text: string) =>
    text
      .toLowerCase()
      .normalize('NFKD')
      .replace(/[^a-z0-9.]+/g, '-')
      .replace(/^[-.]+|[-.]+$/g, '');
  const end = `${slug(quantization)}-${stamp}`;
  const longest = 63 - end.length;
  const begin =
    slug(name)
      .slice(0, longest)
      .replace(/[-.]+$/, '') || 'model';
  const id = begin.endsWith(`-${slug(quantization)}`) ? `${begin}-${stamp}` : `${begin}-${end}`;
  // It is the name of a folder, too: Windows reserves `nul.anything`.
  return isPortableName(id) ? id : `model-${end}`;
}

/** The name of a part in the model’s folder. A name that not every device can store is replaced. */
function storedName(
  { fileName, stem, modelId }: { fileName: string; stem: string; modelId: string },
  index: number,
  parts: number,
): string {
  // A whole model with the name of a part would be taken for a part.
  const isWhole = parts === 1 && shardName(fileName) === undefined;
  const nameFrom = (begin: string) =>
    parts === 1 ? `${begin}.gguf` : shardFileName(begin, index, parts);
  const name = isWhole ? fileName : nameFrom(stem);
  const isFine =
    isPortableName(name) &&
    /\.gguf$/i.test(name) &&
    !name.startsWith('.') &&
    !MANIFEST_NAMES.includes(name);
  return isFine ? name : nameFrom(modelId);
}

/** FNV-1a, which is enough to keep two addresses, or two lists of digests, apart. */
export function stampOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** Only pages of the hub: a file could name any page, and the app would show it as the model’s. */
function pageOf(stated = ''): string {
  return /^https:\/\/huggingface\.co\/[\w.-]+\/[\w.-]+$/.test(stated) ? stated : FORMAT_PAGE;
}

function sizeOf({ sizeLabel = '', parameters }: GgufModel): string {
  return /^[\w.+-]{1,20}$/.test(sizeLabel) ? sizeLabel : parameterWords(parameters);
}
