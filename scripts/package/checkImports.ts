/** Holds what the built package imports and starts against its manifest and its files. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import ts from 'typescript';

interface Manifest {
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
  peerDependenciesMeta: Record<string, { optional: boolean }>;
}

/** `new URL('…', import.meta.url)`, by which bundlers find files; a name without `./` may be a file, too. */
const ADDRESS = /new URL\("([^"]+)",\s*import\.meta\.url\)/g;

/** The entries that run without Node. What they reach imports none of its modules. */
const ANYWHERE = [
  'index',
  'app',
  'react',
  'expo',
  'expo.web',
  'web',
  'screen',
  'executorch',
  'wllama',
];

/** For an entry, the peers that each app has that uses it: the entry reaches no other one. */
const PEERS: Readonly<Record<string, readonly string[]>> = {
  index: [],
  app: [],
  react: ['react'],
  screen: [
    'lucide-react-native',
    'react',
    'react-native',
    'react-native-paper',
    'react-native-safe-area-context',
  ],
};

/** One line for each fault; empty for none. */
export async function importFaults(packageFolder: string): Promise<string[]> {
  const manifest = JSON.parse(
    await readFile(join(packageFolder, 'package.json'), 'utf8'),
  ) as Manifest;
  const dist = join(packageFolder, 'dist');
  const names = await readdir(dist, { recursive: true });
  const modules = names.filter((name) => /\.(m?js|d\.ts)$/.test(name));
  const imports = new Map<string, string[]>();
  for (const name of modules) imports.set(name, await importsOf(dist, name));
  const maps = names.filter((name) => name.endsWith('.map'));
  const sources = await Promise.all(maps.map((name) => sourceFaults(dist, name)));
  return [
    ...[...imports].flatMap(([name, paths]) => undeclared(dist, { name, paths }, manifest)),
    ...ANYWHERE.flatMap((entry) => nodeModulesBelow(imports, entry)),
    ...Object.keys(PEERS).flatMap((entry) => peersBelow(imports, entry, manifest)),
    ...unusedPeers(imports, manifest),
    ...sources.flat(),
    ...notOptional(manifest),
  ];
}

async function importsOf(dist: string, name: string): Promise<string[]> {
  const text = await readFile(join(dist, name), 'utf8');
  const { importedFiles } = ts.preProcessFile(text, true, true);
  const addresses = [...text.matchAll(ADDRESS)].map(([, address = '']) => address);
  return [...importedFiles.map(({ fileName }) => fileName), ...addresses];
}

function undeclared(
  dist: string,
  { name, paths }: { name: string; paths: readonly string[] },
  { dependencies, peerDependencies }: Manifest,
): string[] {
  return paths.flatMap((path) => {
    if (isBuiltin(path)) return [];
    const file = name.endsWith('.d.ts') ? path.replace(/\.js$/, '.d.ts') : path;
    if (existsSync(join(dist, dirname(name), file))) return [];
    if (path.startsWith('.')) return [`${name}: there is no ${path}`];
    const packageName = packageOf(path);
    if (packageName in dependencies || packageName in peerDependencies) return [];
    return [`${name}: imports ${path}, which package.json doesn’t declare`];
  });
}

function nodeModulesBelow(imports: ReadonlyMap<string, string[]>, entry: string): string[] {
  return outsideOf(imports, `${entry}.js`)
    .filter((path) => isBuiltin(path))
    .map((path) => `${entry}: reaches ${path}, which only Node has`);
}

function peersBelow(
  imports: ReadonlyMap<string, string[]>,
  entry: string,
  { peerDependencies }: Manifest,
): string[] {
  return outsideOf(imports, `${entry}.js`)
    .filter((path) => packageOf(path) in peerDependencies)
    .filter((path) => PEERS[entry]?.includes(packageOf(path)) !== true)
    .map((path) => `${entry}: reaches ${path}, which not every host has`);
}

/** No module imports these: `metro.cjs` or the app's own server serves their files. */
const SERVED_PEERS = ['@wllama/wllama-compat'];

function unusedPeers(
  imports: ReadonlyMap<string, string[]>,
  { peerDependencies }: Manifest,
): string[] {
  const used = new Set([...imports.values()].flat().map(packageOf));
  return Object.keys(peerDependencies)
    .filter((name) => !used.has(name) && !SERVED_PEERS.includes(name))
    .map((name) => `${name} is a peer that nothing imports`);
}

/** What a module imports from outside of the package, by itself or by what it imports. */
function outsideOf(imports: ReadonlyMap<string, string[]>, start: string): string[] {
  const reached = new Set([start]);
  // A set's iteration also visits what is added during it.
  for (const name of reached) {
    for (const path of imports.get(name) ?? []) {
      if (path.startsWith('./')) reached.add(path.slice(2));
    }
  }
  const outside = [...reached].flatMap((name) => imports.get(name) ?? []);
  return [...new Set(outside.filter((path) => !path.startsWith('.')))];
}

function packageOf(path: string): string {
  return path
    .split('/')
    .slice(0, path.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Of the tests, only what `modelshelf/testing` is made of. */
async function sourceFaults(dist: string, name: string): Promise<string[]> {
  const { sources } = JSON.parse(await readFile(join(dist, name), 'utf8')) as { sources: string[] };
  return sources
    .filter((source) => /\.test\.tsx?$|^(\.\.\/)+(app\/|tests\/(?!hub\/|crash\/))/.test(source))
    .map((source) => `${name} contains ${source}`);
}

function notOptional({ peerDependencies, peerDependenciesMeta }: Manifest): string[] {
  return Object.keys(peerDependencies)
    .filter((name) => peerDependenciesMeta[name]?.optional !== true)
    .map((name) => `${name} is a peer that isn’t optional: not every host has it`);
}
