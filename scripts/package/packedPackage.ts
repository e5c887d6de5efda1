/** The package's tarball of these sources, built and packed only where there is none. */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../build/projectRoot';
import { inputStamp } from '../build/stamp';
import { buildPackage } from './buildPackage';
import { packPackage, PACKED, type PackedPackage } from './packPackage';

/** What the package is made of. */
const INPUTS = [
  'lib',
  'modules/model-files',
  'plugins',
  'assets/bundled',
  'package/entries',
  'package/app.plugin.js',
  'package/metro.cjs',
  'package/metro.d.cts',
  'package/package.json',
  'package/tsconfig.json',
  'scripts/buildWorkers.ts',
  'scripts/demoModel',
  'scripts/package',
  'tests/crash',
  'tests/hub',
  'tsconfig.json',
  'pnpm-lock.yaml',
];

const STAMP = '.stamp';

/** Rejects with the reason when anything can't be built. */
export async function buildAndPack(): Promise<PackedPackage & { buildMs: number }> {
  // Calculated before the build reads anything, so that an edit during the build isn't missed.
  const stamp = await inputStamp(PROJECT_ROOT, INPUTS);
  const startedMs = performance.now();
  await buildPackage();
  const buildMs = performance.now() - startedMs;
  const packed = await packPackage();
  const made = { stamp, tarball: packed.tarball };
  await writeFile(join(PACKED, STAMP), JSON.stringify(made));
  return { ...packed, buildMs };
}

/** Absolute. Rejects as `buildAndPack`. */
export async function packedTarball(): Promise<string> {
  const made = await readMade();
  const isCurrent = made?.stamp === (await inputStamp(PROJECT_ROOT, INPUTS));
  if (made !== undefined && isCurrent && existsSync(made.tarball)) return made.tarball;
  return (await buildAndPack()).tarball;
}

async function readMade(): Promise<{ stamp: string; tarball: string } | undefined> {
  try {
    const text = await readFile(join(PACKED, STAMP), 'utf8');
    return JSON.parse(text) as { stamp: string; tarball: string };
  } catch {
    // Not packed yet.
    return undefined;
  }
}
