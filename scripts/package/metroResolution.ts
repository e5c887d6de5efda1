/** Where Metro, as Expo configures it, finds each entry in an app that has the package installed. */
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';

// Their types would bring those of Metro and of React Native into scripts.
const load = createRequire(import.meta.url);

type System = 'ios' | 'android' | 'web';

/** The built file of each name; one for all systems, unless it says which. */
const FILES: Readonly<Record<string, string | Record<System, string>>> = {
  modelshelf: 'dist/index.js',
  'modelshelf/app': 'dist/app.js',
  'modelshelf/react': 'dist/react.js',
  'modelshelf/expo': { ios: 'dist/expo.js', android: 'dist/expo.js', web: 'dist/expo.web.js' },
  'modelshelf/web': 'dist/web.js',
  'modelshelf/node': 'dist/node.js',
  'modelshelf/screen': 'dist/screen.js',
  'modelshelf/engines/executorch': 'dist/executorch.js',
  'modelshelf/engines/wllama': 'dist/wllama.js',
  'modelshelf/engines/node-llama-cpp': 'dist/node-llama-cpp.js',
  'modelshelf/testing': 'dist/testing.js',
};

const SYSTEMS: readonly System[] = ['ios', 'android', 'web'];

interface MetroConfig {
  resolver: {
    assetExts: readonly string[];
    resolverMainFields: readonly string[];
    [setting: string]: unknown;
  };
}

type Context = Readonly<Record<string, unknown>>;

type Resolve = (
  context: Context,
  name: string,
  system: System,
) => { type: string; filePath?: string };

/** One line for each fault. `app` is a folder with the package in its `node_modules`. */
export function metroFaults(app: string): string[] {
  const { getDefaultConfig } = load('expo/metro-config') as {
    getDefaultConfig(root: string): MetroConfig;
  };
  const warnings: string[] = [];
  const context = contextOf(getDefaultConfig(app), { app, warnings });
  const faults = Object.entries(FILES).flatMap(([name, files]) =>
    SYSTEMS.flatMap((system) => {
      const expected = typeof files === 'string' ? files : files[system];
      const found = find(context, { app, name, system });
      return found === expected ? [] : [`${name} on ${system}: ${found} in place of ${expected}`];
    }),
  );
  return [...faults, ...warnings];
}

function find(
  context: Context,
  { app, name, system }: { app: string; name: string; system: System },
): string {
  try {
    const { resolve } = load('metro-resolver') as { resolve: Resolve };
    const { type, filePath } = resolve(context, name, system);
    if (filePath === undefined) return type;
    return relative(join(app, 'node_modules', 'modelshelf'), filePath);
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'nothing';
  }
}

function contextOf(
  { resolver }: MetroConfig,
  { app, warnings }: { app: string; warnings: string[] },
): Context {
  const packageAbove = (path: string) => {
    for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
      const manifest = join(folder, 'package.json');
      if (existsSync(manifest)) {
        return { rootPath: folder, packageJson: readJson(manifest), manifest };
      }
    }
    return null;
  };
  return {
    ...resolver,
    assetExts: new Set(resolver.assetExts),
    mainFields: resolver.resolverMainFields,
    allowHaste: false,
    customResolverOptions: {},
    dev: false,
    disableHierarchicalLookup: false,
    doesFileExist: existsSync,
    extraNodeModules: {},
    fileSystemLookup: (path: string) => {
      if (!existsSync(path)) return { exists: false };
      const type = statSync(path).isDirectory() ? 'd' : 'f';
      return { exists: true, type, realPath: realpathSync(path) };
    },
    getPackage: (path: string) => (existsSync(path) ? readJson(path) : null),
    getPackageForModule: (path: string) => {
      const found = packageAbove(path);
      if (found === null) return null;
      return { ...found, packageRelativePath: relative(found.rootPath, path) };
    },
    isESMImport: true,
    nodeModulesPaths: [],
    originModulePath: join(app, 'index.js'),
    preferNativePlatform: true,
    resolveAsset: () => undefined,
    resolveHasteModule: () => undefined,
    resolveHastePackage: () => undefined,
    unstable_logWarning: (text: string) => warnings.push(text),
  };
}

function readJson(path: string): Record<string, string> {
  return JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>;
}
