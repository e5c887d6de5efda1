/** What Metro and Hermes make of the app for phones, built once for the same sources. */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EXPO_ENVIRONMENT } from '../../scripts/build/buildApp';
import { runCommand } from '../../scripts/build/command';
import { PROJECT_ROOT } from '../../scripts/build/projectRoot';
import { inputStamp } from '../../scripts/build/stamp';
import type { PhoneSystem } from './linkedPackages';

export interface PhoneBundle {
  code: Buffer;
  /** Pictures and whatever else is packaged beside the code: the ends of their names. */
  assetTypes: string[];
  /** The contents of what is packaged for phones' engine, in no order. */
  demoFiles: Buffer[];
}

/** What `metro.config.cjs` adds. */
const DEMO_TYPES = ['pte', 'txt'];

interface ExportMetadata {
  fileMetadata: Record<PhoneSystem, { bundle: string; assets: { path: string; ext: string }[] }>;
}

/**
 * `without` names a package, as if it weren't installed.
 * @throws Error with all that the tool printed.
 */
export async function buildPhoneBundles<System extends PhoneSystem>(
  systems: readonly System[],
  without?: string,
): Promise<Record<System, PhoneBundle>> {
  const name = without === undefined ? 'phones' : `phones-without-${without}`;
  const folder = join(PROJECT_ROOT, '.cache', name);
  const stampPath = join(folder, '.stamp');
  const stamp = await inputStamp(PROJECT_ROOT);
  if ((await readIfThere(stampPath)) !== stamp) {
    const staging = `${folder}-${String(process.pid)}`;
    try {
      await exportBundles(staging, systems, without);
      await writeFile(join(staging, '.stamp'), stamp);
      await rm(folder, { recursive: true, force: true });
      await rename(staging, folder);
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
  }
  const text = await readFile(join(folder, 'metadata.json'), 'utf8');
  const { fileMetadata } = JSON.parse(text) as ExportMetadata;
  const read = async (system: System): Promise<PhoneBundle> => {
    const { bundle, assets } = fileMetadata[system];
    const demo = assets.filter(({ ext }) => DEMO_TYPES.includes(ext));
    return {
      code: await readFile(join(folder, bundle)),
      assetTypes: [...new Set(assets.map(({ ext }) => ext))].sort(),
      demoFiles: await Promise.all(demo.map(({ path }) => readFile(join(folder, path)))),
    };
  };
  const bundles = await Promise.all(systems.map(async (system) => [system, await read(system)]));
  return Object.fromEntries(bundles) as Record<System, PhoneBundle>;
}

async function exportBundles(
  folder: string,
  systems: readonly PhoneSystem[],
  without: string | undefined,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  // All at once: they share Metro's start and its map of the files.
  const platforms = systems.flatMap((system) => ['--platform', system]);
  const { exitCode, output } = await runCommand({
    tool: 'expo/bin/cli',
    args: ['export', ...platforms, '--output-dir', folder],
    env: {
      ...EXPO_ENVIRONMENT,
      ...(without !== undefined && {
        EXPO_OVERRIDE_METRO_CONFIG: 'tests/native/withoutPackage.metro.cjs',
        WITHOUT_PACKAGE: without,
      }),
    },
  });
  if (exitCode !== 0) throw new Error(`The export for phones failed.\n${output}`);
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    // Not built yet.
    return undefined;
  }
}
