/** Builds, packs and judges the package `modelshelf`: `pnpm package:check`. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { runCommand } from '../build/command';
import { PACKAGE } from './buildPackage';
import { importFaults } from './checkImports';
import { metroFaults } from './metroResolution';
import { buildAndPack } from './packedPackage';
import { measureSizes } from './sizes';
import { viteFaults } from './viteBundle';

const execute = promisify(execFile);

interface PackageReport {
  /** One line for each. */
  faults: string[];
  /** What was measured. */
  notes: string[];
}

export async function checkPackage(): Promise<PackageReport> {
  const { tarball, app, sizeBytes, unpackedBytes, buildMs } = await buildAndPack();
  const seconds = (buildMs / 1000).toFixed(1);
  const sizes = await measureSizes(PACKAGE);
  const tooLarge = sizes
    .filter(({ bytes, budgetBytes }) => bytes > budgetBytes)
    .map(({ name, bytes, budgetBytes }) => `${name}: ${bytes} bytes, and ${budgetBytes} allowed`);
  const faults = await Promise.all([
    importFaults(PACKAGE),
    viteFaults(app),
    commandFaults(app),
    judgedBy('publint', { tool: 'publint/src/cli.js', args: ['--strict', tarball] }),
    judgedBy('attw', {
      tool: '@arethetypeswrong/cli/dist/index.js',
      // The package is ES modules alone, so what CommonJS makes of it isn't asked.
      args: [tarball, '--profile', 'esm-only', '--exclude-entrypoints', ...PLUGINS, '--no-emoji'],
    }),
  ]);
  const notes = [
    `built in ${seconds} s; the tarball has ${kilobytes(sizeBytes)}, unpacked ${kilobytes(unpackedBytes)}`,
    sizes.map(({ name, bytes }) => `${name} ${kilobytes(bytes)}`).join(', '),
  ];
  return { faults: [...tooLarge, ...metroFaults(app), ...faults.flat()], notes };
}

/** Read by Expo's tools, which ask for no types. */
const PLUGINS = ['./app.plugin', './app.plugin.js'];

/** Whether the command line starts from the installed package and knows its version. */
async function commandFaults(app: string): Promise<string[]> {
  const folder = join(app, 'node_modules', 'modelshelf');
  const { bin, version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
    bin: { modelshelf: string };
    version: string;
  };
  const { stdout } = await execute(process.execPath, [join(folder, bin.modelshelf), '--version']);
  return stdout.trim() === version ? [] : [`modelshelf --version prints ${stdout}`];
}

async function judgedBy(
  name: string,
  command: Parameters<typeof runCommand>[0],
): Promise<string[]> {
  const { exitCode, output } = await runCommand({ ...command, env: { NO_COLOR: '1' } });
  return exitCode === 0 ? [] : [`${name}:\n${output}`];
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { faults, notes } = await checkPackage();
  for (const line of [...notes, ...faults]) console.log(line);
  if (faults.length > 0) process.exitCode = 1;
}
