/** Both native projects, as `expo prebuild` makes them from app.json and the plugins, in a folder of their own. */
import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXPO_ENVIRONMENT } from '../../scripts/build/buildApp';
import { runCommand } from '../../scripts/build/command';
import { PROJECT_ROOT } from '../../scripts/build/projectRoot';

export interface PrebuiltProjects {
  /** The text of a file; the path is relative to the project. */
  read(path: string): Promise<string>;
  remove(): Promise<void>;
}

const INPUTS = [
  'app.json',
  'package.json',
  'tsconfig.json',
  'babel.config.cjs',
  'paperParts.cjs',
  'plugins',
];

/** `env` is what the person says besides. @throws Error with all that the tool printed. */
export async function prebuildProjects(
  args: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<PrebuiltProjects> {
  const folder = await mkdtemp(join(tmpdir(), 'prebuild-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  for (const input of INPUTS) {
    await cp(join(PROJECT_ROOT, input), join(folder, input), { recursive: true });
  }
  // Not the models that somebody downloaded into it.
  await cp(join(PROJECT_ROOT, 'assets'), join(folder, 'assets'), {
    recursive: true,
    filter: (path) => path !== join(PROJECT_ROOT, 'assets', 'models'),
  });
  await symlink(join(PROJECT_ROOT, 'node_modules'), join(folder, 'node_modules'), 'dir');
  const { exitCode, output } = await runCommand({
    tool: 'expo/bin/cli',
    args: ['prebuild', '--no-install', ...args, folder],
    env: { ...EXPO_ENVIRONMENT, ...env },
  });
  if (exitCode !== 0) {
    await remove();
    throw new Error(`The native projects couldn't be made.\n${output}`);
  }
  return { read: (path) => readFile(join(folder, path), 'utf8'), remove };
}
