/**
 * Reads from the installed packages which architectures each engine's llama.cpp knows. The package for phones contains
 * the sources with the table of names. The others contain compiled code: a name is known if the code contains it as a
 * text, and names that are newer than that table are found by the classes of the models.
 */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const NODE_LIBRARY = 'node_modules/@node-llama-cpp/linux-x64/bins/linux-x64';
const SOURCES = 'node_modules/llama.rn/cpp';
const WASM = 'node_modules/@wllama/wllama/esm/wasm/wllama.wasm';

export interface EngineArchitectures {
  engineName: string;
  version: string;
  /** In alphabetical order. */
  names: string[];
}

/** The place of llama.cpp's compiled code for Node; undefined where the package for this system isn't installed. */
export async function findNodeLibrary(root: string): Promise<string | undefined> {
  const files = await readdir(join(root, NODE_LIBRARY)).catch(() => []);
  const name = files.find((file) => /^libllama\..*so$/.test(file));
  return name && join(root, NODE_LIBRARY, name);
}

/** @throws Error where a package isn't installed or has another form */
export async function readArchitectures(root: string): Promise<EngineArchitectures[]> {
  const library = await findNodeLibrary(root);
  if (library === undefined) throw new Error(`There is no libllama in ${NODE_LIBRARY}`);
  const table = await namesInSources(root);
  const compiled = async (path: string) => namesInCode(await readFile(path, 'latin1'), table);
  const versionOf = async (name: string) => {
    const text = await readFile(join(root, 'node_modules', name, 'package.json'), 'utf8');
    return (JSON.parse(text) as { version: string }).version;
  };
  return [
    { engineName: 'llama.rn', version: await versionOf('llama.rn'), names: table },
    {
      engineName: 'node-llama-cpp',
      version: await versionOf('node-llama-cpp'),
      names: await compiled(library),
    },
    {
      engineName: 'wllama',
      version: await versionOf('@wllama/wllama'),
      names: await compiled(join(root, WASM)),
    },
  ];
}

/** Entries of the table that are no architecture of a language model. */
const OTHER_IDS = ['LLM_ARCH_CLIP', 'LLM_ARCH_UNKNOWN'];

/** Of the table in llama.cpp's sources, the names that a model is made for. */
async function namesInSources(root: string): Promise<string[]> {
  const read = (name: string) => readFile(join(root, SOURCES, name), 'utf8');
  const [, table = ''] = /LLM_ARCH_NAMES = \{(.*?)\n\};/s.exec(await read('llama-arch.cpp')) ?? [];
  const models = await read('llama-model.cpp');
  const names = [...table.matchAll(/\{\s*(LLM_ARCH_\w+),\s*"([^"]+)"/g)]
    .filter(([, id = '']) => !OTHER_IDS.includes(id) && models.includes(`case ${id}:`))
    .map(([, , name = '']) => name);
  if (names.length < 100) throw new Error('The table of architectures wasn’t found.');
  return names.sort();
}

const CLASS = 'llama_model_';

/** Classes of this form that are no architecture of a language model. */
const OTHER_CLASSES = ['base', 'clip', 'params'];

function namesInCode(bytes: string, table: readonly string[]): string[] {
  // A small part of the code, so that it can be searched for each name.
  const code = (bytes.match(/[\x21-\x7e]{1,100}\0/g) ?? []).join('');
  const classes = [...code.matchAll(/\d+llama_model_([a-z0-9_]+)\0/g)].map(([, name = '']) => name);
  const known = new Set(table.map(bare));
  const newer = classes
    .filter((name) => !OTHER_CLASSES.includes(name) && !known.has(bare(name)))
    .flatMap((name) => {
      const spelled = ['-', '_', ''].map((mark) => name.replaceAll('_', mark));
      return spelled.find((text) => contains(code, text)) ?? [];
    });
  return [...new Set([...table.filter((name) => contains(code, name)), ...newer])].sort();
}

const bare = (name: string) => name.replace(/[-_]/g, '');

/** Whether the code has this text, also as the end of a longer one: linkers store such texts once. */
function contains(code: string, name: string): boolean {
  for (let at = code.indexOf(`${name}\0`); at !== -1; at = code.indexOf(`${name}\0`, at + 1)) {
    if (code.slice(at - CLASS.length, at) !== CLASS) return true;
  }
  return false;
}
