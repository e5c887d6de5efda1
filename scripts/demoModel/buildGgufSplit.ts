/**
 * Builds llama.cpp's own `gguf-split` from what the packages of node-llama-cpp contain: its sources, in a bundle of git,
 * and the libraries that it is linked with.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { PROJECT_ROOT } from '../build/projectRoot';

const PACKAGES = join(PROJECT_ROOT, 'node_modules');
const BUNDLE = join(PACKAGES, 'node-llama-cpp/llama/gitRelease.bundle');
const LIBRARIES = join(PACKAGES, '@node-llama-cpp/linux-x64/bins/linux-x64');
const PROGRAM = join(PROJECT_ROOT, '.cache/proof/gguf-split/gguf-split');

/** Its path, or what is missing for it. Built once. */
export function ggufSplit(): { path: string } | { missing: string } {
  if (existsSync(PROGRAM)) return { path: PROGRAM };
  if (!existsSync(BUNDLE)) return { missing: 'the sources in node-llama-cpp' };
  if (!existsSync(LIBRARIES)) return { missing: 'node-llama-cpp for Linux on x64' };
  for (const tool of ['git', 'g++', 'tar']) {
    if (!isInstalled(tool)) return { missing: tool };
  }
  const folder = dirname(PROGRAM);
  const run = (command: string, ...args: string[]) =>
    execFileSync(command, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  mkdirSync(folder, { recursive: true });
  rmSync(join(folder, 'sources.git'), { recursive: true, force: true });
  run('git', 'clone', '--quiet', '--bare', BUNDLE, 'sources.git');
  const git = ['--git-dir', 'sources.git'];
  const [commit = ''] = String(run('git', ...git, 'rev-list', '--all', '-1')).split('\n');
  const wanted = ['tools/gguf-split', 'include', 'ggml/include', 'common'];
  run('git', ...git, 'archive', '--output', 'sources.tar', commit, ...wanted);
  run('tar', '-xf', 'sources.tar');
  const libraries = readdirSync(LIBRARIES).filter((name) =>
    /^lib(llama|llama-common|ggml|ggml-base)(\.v[\d.]+)?\.so$/.test(name),
  );
  run(
    'g++',
    ...['-std=c++17', '-O0', '-Iinclude', '-Iggml/include', '-Icommon'],
    ...['tools/gguf-split/gguf-split.cpp', '-o', PROGRAM, `-L${LIBRARIES}`],
    ...[...libraries.map((name) => `-l:${name}`), `-Wl,-rpath,${LIBRARIES}`],
  );
  for (const name of ['sources.git', 'sources.tar', 'tools', 'include', 'ggml', 'common']) {
    rmSync(join(folder, name), { recursive: true, force: true });
  }
  return { path: PROGRAM };
}

function isInstalled(tool: string): boolean {
  try {
    execFileSync(tool, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
