import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../build/projectRoot';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'modelshelf-compile-'));
  await write('package.json', '{ "type": "module", "version": "7.8.9" }');
  await write('lib/platform/node/greeting.ts', "export const greeting: string = 'one';");
  await write(
    'scripts/downloadModels.ts',
    `import { greeting } from '../lib/platform/node/greeting';
     process.stdout.write([greeting, ...process.argv.slice(2)].join(' '));
     process.exitCode = 3;`,
  );
  await write('scripts/benchModels.ts', "process.stdout.write('another command');");
  await write('scripts/modelshelf.ts', "process.stdout.write('a third command');");
  for (const path of [
    ...['scripts/downloadModels.mjs', 'scripts/benchModels.mjs'],
    ...['scripts/cli/launch.mjs', 'scripts/cli/compile.ts'],
  ]) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await copyFile(join(PROJECT_ROOT, path), join(root, path));
  }
  await symlink(join(PROJECT_ROOT, 'node_modules'), join(root, 'node_modules'));
});

afterEach(() => rm(root, { recursive: true }));

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}

const run = (...args: string[]) => start('downloadModels', args);

async function start(
  command: string,
  args: readonly string[],
): Promise<{ code: number | null; out: string }> {
  const launcher = join(root, `scripts/${command}.mjs`);
  const child = spawn(process.execPath, [launcher, ...args], { cwd: tmpdir(), stdio: 'pipe' });
  let out = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => (out += data.toString()));
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out };
}

const builds = async () =>
  (await readdir(join(root, '.cache/cli'))).filter((name) => name.startsWith('build-'));

describe('the compiled command', () => {
  it('is compiled at the first start and not at the second, and gets its arguments', async () => {
    expect(await run('--all', 'x y')).toEqual({ code: 3, out: 'one --all x y' });
    expect(await run()).toEqual({ code: 3, out: 'one' });
    expect(await builds()).toHaveLength(1);
  });

  it('is compiled again when a file that it is made of changes, even to one of the same length', async () => {
    await run();
    await write('lib/platform/node/greeting.ts', "export const greeting: string = 'two';");
    expect(await run()).toEqual({ code: 3, out: 'two' });
    await run();
    expect(await builds()).toHaveLength(2);
  });

  it('is compiled again when the bundle is damaged or gone', async () => {
    await run();
    const [first = ''] = await builds();
    await truncate(join(root, '.cache/cli', first, 'downloadModels.mjs'), 40);
    expect(await run()).toEqual({ code: 3, out: 'one' });
    await rm(join(root, '.cache/cli'), { recursive: true });
    expect(await run()).toEqual({ code: 3, out: 'one' });
  });

  it('finds the threads of the adapters, and the package, as the sources do', async () => {
    await write(
      'lib/platform/node/echoWorker.mjs',
      `import { parentPort } from 'node:worker_threads';
       import { greeting } from './greeting';
       parentPort.postMessage(greeting + ' from a thread');`,
    );
    await write(
      'lib/platform/node/ask.ts',
      `import { once } from 'node:events';
       import { readFileSync } from 'node:fs';
       import { Worker } from 'node:worker_threads';
       const worker = new Worker(new URL('./echoWorker.mjs', import.meta.url));
       const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
       export const answer: string = String(await once(worker, 'message')) + JSON.parse(text).version;`,
    );
    await write(
      'scripts/downloadModels.ts',
      "import { answer } from '../lib/platform/node/ask'; process.stdout.write(answer);",
    );
    expect(await run()).toEqual({ code: 0, out: 'one from a thread7.8.9' });
  });

  it('finds the processes that the adapters start', async () => {
    await write(
      'lib/platform/node/echoChild.ts',
      `import { greeting } from './greeting';
       process.send?.(greeting + ' from a process');`,
    );
    await write(
      'scripts/downloadModels.ts',
      `import { fork } from 'node:child_process';
       import { once } from 'node:events';
       const child = fork(new URL('./echoChild.mjs', import.meta.url));
       process.stdout.write(String((await once(child, 'message'))[0]));`,
    );
    expect(await run()).toEqual({ code: 0, out: 'one from a process' });
  });

  it('is compiled together with the other one', async () => {
    await run();
    expect(await start('benchModels', [])).toEqual({ code: 0, out: 'another command' });
    expect(await builds()).toHaveLength(1);
  });

  it('serves starts that come at once, the first time too', async () => {
    const results = await Promise.all([run('a'), run('b'), run('c')]);
    expect(results.map(({ out }) => out)).toEqual(['one a', 'one b', 'one c']);
  });
});
