/** Pairs models with the files that let them read pictures, by llama.cpp's name for these: `mmproj`. Pure. */
import type { RepositoryFile } from '../discover/askRepository';
import { foldersOf } from './companions';
import { modelName } from './modelNames';
import { ggufQuantization, UNKNOWN_QUANTIZATION } from './quantizations';
import { shardOf } from './shards';

export function isProjector(path: string): boolean {
  return /(^|[-_./])mmproj[-_.][^/]*$/i.test(path) && /\.gguf$/i.test(path);
}

/**
 * F16 comes first because every backend computes with it. BF16 has the same size and runs on fewer; F32 doubles the
 * bytes for the same answers.
 */
const PRECISIONS = ['F16', 'FP16', 'BF16', 'Q8_0', 'F32', 'FP32'];
/** More than any repository has; the search for each model goes through all of them. */
const MOST_PROJECTORS = 100;

export interface Projectors {
  files: readonly { file: RepositoryFile; folder: string; name: string }[];
  /** Whether all models of the repository have one name, so that its projectors are of this model. */
  isOneModel: boolean;
}

export function projectorsOf(files: readonly RepositoryFile[]): Projectors {
  const named = files
    .filter(({ path }) => isProjector(path) && shardOf(path) === undefined)
    .slice(0, MOST_PROJECTORS)
    .map((file) => ({ file, folder: folderOf(file.path), name: modelName(file.path) }));
  if (named.length === 0) return { files: [], isOneModel: true };
  const models = files.filter(({ path }) => /\.gguf$/i.test(path) && !isProjector(path));
  return { files: named, isOneModel: new Set(models.map(({ path }) => modelName(path))).size <= 1 };
}

/** The projector for the weights at `path`; undefined where the repository has none that could be theirs. */
export function findProjector(projectors: Projectors, path: string): RepositoryFile | undefined {
  const own = ofModel(projectors, path);
  for (const folder of foldersOf(path)) {
    const here = own.filter((each) => each.folder === folder);
    if (here.length > 0) return best(here.map(({ file }) => file));
  }
  return undefined;
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

/** Those that name the model, else those that name no model, else all where there is no other model. */
function ofModel({ files, isOneModel }: Projectors, path: string): Projectors['files'] {
  if (files.length === 0) return files;
  const model = modelName(path);
  const own = files.filter(
    ({ name }) =>
      name !== '' && (model.startsWith(name) || (model !== '' && name.startsWith(model))),
  );
  if (own.length > 0) return own;
  const nameless = files.filter(({ name }) => name === '');
  return nameless.length > 0 || !isOneModel ? nameless : files;
}

function best(projectors: readonly RepositoryFile[]): RepositoryFile | undefined {
  const rank = ({ path }: RepositoryFile) => {
    const place = PRECISIONS.indexOf(ggufQuantization(path) ?? UNKNOWN_QUANTIZATION);
    return place === -1 ? PRECISIONS.length : place;
  };
  return [...projectors].sort((a, b) => rank(a) - rank(b))[0];
}
