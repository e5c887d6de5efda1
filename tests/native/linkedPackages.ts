/** What Expo's autolinking puts into an app for phones. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../../scripts/build/command';

export type PhoneSystem = 'ios' | 'android';

interface Linked {
  name: string;
  /** Where its Android project is; undefined for a package that has none. */
  androidFolder: string | undefined;
  /** Classes that Expo asks about Android's screens; only modules of Expo's kind have them. */
  androidHooks: string[];
}

interface ExpoModules {
  modules: { packageName: string; projects?: { sourceDir: string; packages?: string[] }[] }[];
}

interface ReactNativeModules {
  dependencies: Record<string, { platforms: { android?: { sourceDir: string } } }>;
}

/** Expo's modules, ours among them, and those of React Native. */
export async function linkedPackages(system: PhoneSystem): Promise<Linked[]> {
  const expo = await autolink<ExpoModules>([
    'resolve',
    '--platform',
    system === 'ios' ? 'apple' : system,
  ]);
  const others = await autolink<ReactNativeModules>(['react-native-config', '--platform', system]);
  return [
    ...expo.modules.map(({ packageName, projects }) => ({
      name: packageName,
      androidFolder: projects?.[0]?.sourceDir,
      androidHooks: projects?.[0]?.packages ?? [],
    })),
    ...Object.entries(others.dependencies).map(([name, { platforms }]) => ({
      name,
      androidFolder: platforms.android?.sourceDir,
      androidHooks: [],
    })),
  ];
}

async function autolink<T>(args: readonly string[]): Promise<T> {
  const { exitCode, output } = await runCommand({
    tool: 'expo-modules-autolinking/bin/expo-modules-autolinking.js',
    args: [...args, '--json'],
  });
  if (exitCode !== 0) throw new Error(`Autolinking failed.\n${output}`);
  // Node's warnings come before it.
  return JSON.parse(output.slice(output.indexOf('{'))) as T;
}

/** The manifests that Android's build merges into the app's own. */
export async function libraryManifests(): Promise<string[]> {
  const packages = await linkedPackages('android');
  const folders = new Set(packages.map(({ androidFolder }) => androidFolder));
  folders.delete(undefined);
  const manifests = [...folders].map((folder = '') =>
    readFile(join(folder, 'src/main/AndroidManifest.xml'), 'utf8').catch(() => {
      // It asks Android for nothing.
      return '';
    }),
  );
  return Promise.all(manifests);
}
