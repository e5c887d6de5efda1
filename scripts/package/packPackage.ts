/** Packs the built package as npm would publish it, and unpacks it into an empty app. */
import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PROJECT_ROOT } from '../build/projectRoot';
import { PACKAGE } from './buildPackage';

const execute = promisify(execFile);

export const PACKED = join(PROJECT_ROOT, '.cache', 'package');

export interface PackedPackage {
  tarball: string;
  sizeBytes: number;
  unpackedBytes: number;
  /** A folder that has the package in its `node_modules`, and nothing else. */
  app: string;
}

/** Needs no network: nothing is published. */
export async function packPackage(): Promise<PackedPackage> {
  await rm(PACKED, { recursive: true, force: true });
  const app = join(PACKED, 'app');
  const place = join(app, 'node_modules', 'modelshelf');
  await mkdir(place, { recursive: true });
  await writeFile(join(app, 'package.json'), '{ "name": "app", "private": true }\n');
  const args = ['pack', '--json', '--ignore-scripts', '--offline', '--pack-destination', PACKED];
  const { stdout } = await execute('npm', args, { cwd: PACKAGE });
  const [packed] = JSON.parse(stdout) as [{ filename: string; size: number; unpackedSize: number }];
  const tarball = join(PACKED, packed.filename);
  await execute('tar', ['-xzf', tarball, '-C', place, '--strip-components=1']);
  return { tarball, sizeBytes: packed.size, unpackedBytes: packed.unpackedSize, app };
}
