/** A model from the header of its file, for a file that no list knows. Pure. */
import type { GgufEntry } from '../../platform/gguf/ggufTable';
import { isPortableName } from '../../platform/shared/storePath';
import { MANIFEST_NAMES } from '../registry/buildPlaces';
import type { LlmModelConfig, ModelSource } from '../modelConfig';
import { withBuilds, type ModelDescription } from '../runtimes/notation';
import type { ModelBuild } from '../runtimes/modelBuild';
import type { CheckedFile } from './checkPicked';
import { quantizationOf } from './fileTypes';

/** Why an imported model whose files were removed can’t be downloaded. */
export const IMPORTED_REASON =
  'It was taken in from a file of yours, and no address of it is known. Open the file again to have it here.';

/** Where the format is described, for a file that states no page about itself. */
const FORMAT_PAGE = 'https://github.com/ggml-org/ggml/blob/master/docs/gguf.md';

export interface ImportedFile extends Omit<CheckedFile, 'file'> {
  /** Its name where it came from; it may be no name of a model, as in a store that names files by their digests. */
  fileName: string;
  /** The name by which another program lists it; undefined where there is none. */
  label?: string | undefined;
  /** Eight characters, the same for the same file: the beginning of its digest, or of that of its address. */
  stamp: string;
  /** Where it came from, as a part of a sentence. */
  from: string;
  /** Where it can be downloaded from; by default nowhere. */
  source?: ModelSource;
}

/** The same file always has the same id, in which the stamp keeps it apart from other files of that name. */
export function describeImported(imported: ImportedFile): LlmModelConfig {
  const { runtime, table, facts, fileName, label, stamp, from, source } = imported;
  const text = (key: string) => shown(table.metadata.get(key));
  const quantization = cut(
    quantizationOf(table.metadata.get('general.file_type'), fileName) || 'unknown',
    30,
  );
  const stem = fileName.replace(/\.gguf$/i, '');
  const isDigest = /^(sha256-)?[0-9a-f]{40,64}$/.test(stem);
  const name =
    text('general.name') || shown(label) || (isDigest ? '' : shown(stem)) || facts.architecture;
  const modelId = idOf(name, quantization, stamp);
  const description: ModelDescription = {
    modelId,
    displayName: cut(name, 80),
    description: `${capital(facts.architecture)} model in ${quantization}, from ${from}. Nobody has vouched for it.`,
    size: sizeOf(text('general.size_label'), imported),
    folderName: modelId,
    available: true,
    huggingFaceUrl: pageOf(text('general.repo_url') || text('general.url')),
    license: cut(text('general.license.name') || text('general.license') || 'Not stated', 80),
  };
  const build: ModelBuild = {
    runtime,
    quantization,
    files: [
      {
        fileName: storedName(fileName, modelId),
        role: 'weights',
        source: source ?? { kind: 'unavailable', reason: IMPORTED_REASON },
      },
    ],
    contextTokens: facts.contextTokens,
  };
  return withBuilds(description, [build]);
}

// eslint-disable-next-line no-control-regex -- control and direction characters are what it looks for
const UNSHOWN = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+/g;

/** A file chooses its texts freely: without characters that draw or turn the text around. */
function shown(value: GgufEntry | undefined): string {
  return typeof value === 'string' ? unicode(value).replace(UNSHOWN, ' ').trim() : '';
}

/** The table has a character for each byte; the texts of a header are UTF-8. */
function unicode(bytes: string): string {
  const escaped = bytes.replace(
    /[%\u0080-\u00ff]/g,
    (byte) => `%${byte.charCodeAt(0).toString(16)}`,
  );
  try {
    return decodeURIComponent(escaped);
  } catch {
    // The text isn’t UTF-8, or was cut in the middle of a character.
    return bytes;
  }
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
  return begin.endsWith(`-${slug(quantization)}`) ? `${begin}-${stamp}` : `${begin}-${end}`;
}

/** The name in the model’s folder. A name that not every device can store is replaced. */
function storedName(fileName: string, modelId: string): string {
  const isFine =
    isPortableName(fileName) &&
    /\.gguf$/i.test(fileName) &&
    !fileName.startsWith('.') &&
    !MANIFEST_NAMES.includes(fileName);
  return isFine ? fileName : `${modelId}.gguf`;
}

/** Only pages of the hub: a file could name any page, and the app would show it as the model’s. */
function pageOf(stated: string): string {
  return /^https:\/\/huggingface\.co\/[\w.-]+\/[\w.-]+$/.test(stated) ? stated : FORMAT_PAGE;
}

function sizeOf(label: string, { table }: Pick<CheckedFile, 'table'>): string {
  if (/^[\w.+-]{1,20}$/.test(label)) return label;
  let parameters = 0;
  for (const { shape } of table.tensors) {
    parameters += shape.reduce((product, dimension) => product * dimension, 1);
  }
  const [unit, suffix] =
    parameters >= 1e9 ? [1e9, 'B'] : parameters >= 1e6 ? [1e6, 'M'] : [1e3, 'K'];
  const value = parameters / unit;
  return `${value >= 10 ? value.toFixed(0) : value.toFixed(1)}${suffix}`;
}
