/** An example in a folder of its own, outside of the repository, installed from the package's tarball. */
import { cp, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram, type CommandResult } from '../../scripts/build/command';
import { PROJECT_ROOT } from '../../scripts/build/projectRoot';
import { packedTarball } from '../../scripts/package/packedPackage';
import { CATALOG } from './exampleModel';

export type ExampleName = 'expo' | 'node' | 'screen' | 'vite';

export interface InstalledExample {
  folder: string;
  /**
   * Runs one of its programs, or of the tools below its `node_modules`, and returns what it printed.
   * @throws Error with all that it printed, for any exit code but 0
   */
  run(args: readonly string[], environment?: Record<string, string>): Promise<string>;
  remove(): Promise<void>;
}

export function exampleFolder(name: ExampleName): string {
  return join(PROJECT_ROOT, 'examples', name);
}

/** What package managers print when they can't reach their registry. */
const UNREACHABLE =
  /ERR_PNPM_META_FETCH_FAIL|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT/;

/** `missing` is the reason why it can't be installed here. @throws Error with all that the installation printed */
export async function installExample(
  name: ExampleName,
): Promise<InstalledExample | { missing: string }> {
  const tarball = await packedTarball();
  // Bundlers know files by their real paths.
  const folder = await realpath(await mkdtemp(join(tmpdir(), `modelshelf-example-${name}-`)));
  const remove = () => rm(folder, { recursive: true, force: true });
  await cp(exampleFolder(name), folder, { recursive: true });
  await writeFile(join(folder, 'catalog.json'), JSON.stringify(CATALOG));
  await takeFrom(tarball, folder);
  const { exitCode, output } = await run(packageManager(), { folder });
  if (exitCode === 0) {
    return {
      folder,
      remove,
      async run(args, environment) {
        const ended = await run([process.execPath, ...args], { folder, environment });
        if (ended.exitCode === 0) return ended.output;
        throw new Error(`${args.join(' ')} ended with ${ended.exitCode}:\n${ended.output}`);
      },
    };
  }
  await remove();
  if (UNREACHABLE.test(output)) return { missing: 'the registry can’t be reached' };
  throw new Error(`The example ${name} can’t be installed:\n${output}`);
}

async function takeFrom(tarball: string, folder: string): Promise<void> {
  const path = join(folder, 'package.json');
  const manifest = JSON.parse(await readFile(path, 'utf8')) as {
    dependencies: Record<string, string>;
  };
  manifest.dependencies['modelshelf'] = `file:${tarball}`;
  await writeFile(path, JSON.stringify(manifest));
  // Its folders, and what of the dependencies isn't served or is half a gigabyte; it names no other packages.
  const settings = await readFile(join(PROJECT_ROOT, 'pnpm-workspace.yaml'), 'utf8');
  const withoutPatches = settings.replace(/^patchedDependencies:\n(?: .*\n?)+/m, '');
  await writeFile(join(folder, 'pnpm-workspace.yaml'), withoutPatches);
}

function packageManager(): [string, ...string[]] {
  const own = process.env.npm_execpath;
  const started = own !== undefined && /pnpm\.c?js$/.test(own);
  const manager = started ? [process.execPath, own] : ['npx', '--yes', 'pnpm@10'];
  const [program = '', ...first] = manager;
  // Scripts of packages would download: compilers, libraries for phones.
  const options = ['--ignore-scripts', '--prefer-offline', '--no-frozen-lockfile'];
  return [program, ...first, 'install', ...options, '--fetch-retries', '1'];
}

function run(
  line: readonly [string, ...string[]],
  { folder, environment }: { folder: string; environment?: Record<string, string> | undefined },
): Promise<CommandResult> {
  return runProgram(line, { folder, environment: { CI: '1', NO_COLOR: '1', ...environment } });
}
