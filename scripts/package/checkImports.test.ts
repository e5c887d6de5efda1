import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { importFaults } from './checkImports';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelshelf-package-'));
  await mkdir(join(folder, 'dist'));
  await declare({ valibot: '1' }, { react: { optional: true } });
  await write('index.js', 'import "./shared.js";');
  await write('shared.js', 'import * as v from "valibot"; export const check = v;');
  await write('react.js', 'import "react";');
});
afterEach(() => rm(folder, { recursive: true }));

const write = (name: string, text: string) => writeFile(join(folder, 'dist', name), text);

function declare(dependencies: object, peers: Record<string, { optional: boolean }>) {
  const peerDependencies = Object.fromEntries(Object.keys(peers).map((name) => [name, '*']));
  const manifest = { dependencies, peerDependencies, peerDependenciesMeta: peers };
  return writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
}

it('finds nothing in a package whose imports are declared', async () => {
  await write('react.js', 'import { use } from "react"; export default use;');
  await write('node.js', 'import "node:fs"; new URL("./index.js", import.meta.url);');
  await write('react.d.ts', 'import type { ReactNode } from "react"; export type N = ReactNode;');
  expect(await importFaults(folder)).toEqual([]);
});

it.each([
  ['import "zod";', 'zod'],
  ['export const load = () => import("zod/mini");', 'zod/mini'],
  ['export const file = new URL("zod/a.wasm", import.meta.url);', 'zod/a.wasm'],
])('finds an import that isn’t declared in %s', async (text, path) => {
  await write('node.js', text);
  expect(await importFaults(folder)).toEqual([
    `node.js: imports ${path}, which package.json doesn’t declare`,
  ]);
});

it('finds one in the declarations, too', async () => {
  await write('index.d.ts', 'export type { Infer } from "zod";');
  expect(await importFaults(folder)).toEqual([
    'index.d.ts: imports zod, which package.json doesn’t declare',
  ]);
});

it('finds a worker that isn’t in the package', async () => {
  await write('web.js', 'new Worker(new URL("./workers/files.js", import.meta.url));');
  expect(await importFaults(folder)).toEqual(['web.js: there is no ./workers/files.js']);
});

it('finds Node’s modules below an entry for other hosts', async () => {
  await write('web.js', 'import "./chunk.js";');
  await write('chunk.js', 'import "node:fs";');
  expect(await importFaults(folder)).toEqual(['web: reaches node:fs, which only Node has']);
});

it('finds a host’s package below the core', async () => {
  await write('shared.js', 'import "react";');
  expect(await importFaults(folder)).toEqual(['index: reaches react, which not every host has']);
});

it('finds a package of an app below the screen that not every app with the screen has', async () => {
  await declare({ valibot: '1' }, { react: { optional: true }, 'expo-router': { optional: true } });
  await write('screen.js', 'import "./links.js"; import "react";');
  await write('links.js', 'import "expo-router/head";');
  expect(await importFaults(folder)).toEqual([
    'screen: reaches expo-router/head, which not every host has',
  ]);
});

it('finds a peer that nothing imports', async () => {
  await declare({ valibot: '1' }, { react: { optional: true }, expo: { optional: true } });
  expect(await importFaults(folder)).toEqual(['expo is a peer that nothing imports']);
});

it('finds tests in what was built, except those that apps can use', async () => {
  const sources = ['../../tests/hub/server.ts', '../../lib/a.test.ts', '../../tests/trust/wire.ts'];
  await write('index.js.map', JSON.stringify({ sources }));
  expect(await importFaults(folder)).toEqual([
    'index.js.map contains ../../lib/a.test.ts',
    'index.js.map contains ../../tests/trust/wire.ts',
  ]);
});

it('finds a peer that every app would have to install', async () => {
  await declare({ valibot: '1' }, { react: { optional: false } });
  expect(await importFaults(folder)).toEqual([
    'react is a peer that isn’t optional: not every host has it',
  ]);
});
