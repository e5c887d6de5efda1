import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { appRoutes } from './appRoutes';
import { exportFolder } from './exportFolder';
import { readExportOptions } from './exportOptions';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'export-'));
  await mkdir(join(root, 'dist'));
  const page = '<meta charset="utf-8" /><script src="/begin.js"></script><link href="/a.css" />';
  await writeFile(join(root, 'dist', 'index.html'), page);
  await writeFile(join(root, 'dist', 'sw.js'), 'work()');
});
afterEach(() => rm(root, { recursive: true }));

const request = (hubEndpoint?: string) => ({
  ...{ folder: join(root, 'dist'), target: join(root, 'out'), catalog: undefined },
  ...{ hubEndpoint, oauthClientId: undefined },
});
const read = (...path: string[]) => readFile(join(root, 'out', ...path), 'utf8');

test('each screen of the app has a page, whose links lead from its own depth to the folder', async () => {
  const routes = await appRoutes();
  expect(routes).toEqual(expect.arrayContaining(['', 'settings', 'settings/models/add', 'oauth']));
  await exportFolder(request());
  expect(await read('index.html')).toContain('src="./begin.js"');
  expect(await read('settings', 'models', 'add', 'index.html')).toContain(
    'src="../../../begin.js"></script><link href="../../../a.css"',
  );
});

test('the page brings its own policy, and another policy makes another service worker', async () => {
  await exportFolder(request());
  expect(await read('index.html')).toMatch(
    /http-equiv="Content-Security-Policy" content="default-src 'self'/,
  );
  const before = await read('sw.js');
  await exportFolder(request('http://127.0.0.1:9000'));
  expect(await read('index.html')).toContain('http://127.0.0.1:*');
  expect(JSON.parse(await read('config.json'))).toEqual({ hfEndpoint: 'http://127.0.0.1:9000' });
  expect(await read('sw.js')).not.toBe(before);
  expect(await read('sw.js')).toContain('work()');
});

test('a folder with other files in it is left alone', async () => {
  await mkdir(join(root, 'out'));
  await writeFile(join(root, 'out', 'thesis.txt'), 'mine');
  await expect(exportFolder(request())).rejects.toMatchObject({ exitCode: 1 });
  expect(await readdir(join(root, 'out'))).toEqual(['thesis.txt']);
});

test('a route that stands for many addresses is refused: a static host has a page for each', async () => {
  await mkdir(join(root, 'app'));
  await writeFile(join(root, 'app', '[model].tsx'), '');
  await expect(appRoutes(join(root, 'app'))).rejects.toThrow('[model]');
});

test.each([[['--out', '']], [['--catalog= ']], [['--port', '1']], [['folder']]])(
  'shows the usage for %j and ends with 2',
  (args) => {
    expect(() => readExportOptions(args, {})).toThrow(expect.objectContaining({ exitCode: 2 }));
  },
);

test('finds its folders from the folder in which the command was given', () => {
  const options = readExportOptions(['--out', 'www', '--catalog', 'c.json'], { INIT_CWD: '/some' });
  expect(options).toMatchObject({ target: '/some/www', catalogFile: '/some/c.json' });
});
