import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../scripts/build/projectRoot';
import { exampleFolder } from './installedExample';
import type { ExampleName } from './installedExample';

const read = async (name: ExampleName, file: string) =>
  readFile(join(exampleFolder(name), file), 'utf8');

it.each([
  ['node', 40, ['index.mjs']],
  ['vite', 60, ['main.jsx', 'index.html', 'vite.config.js']],
  ['expo', 60, ['App.js']],
  ['screen', 40, ['App.js']],
] as const)('%s has less than %i lines of its own', async (name, lines, files) => {
  const texts = await Promise.all(files.map((file) => read(name, file)));
  expect(texts.join('').trimEnd().split('\n').length).toBeLessThan(lines);
  expect(texts.join('')).not.toMatch(/['"]\.\.\//);
});

it.each(['node', 'vite', 'expo', 'screen'] as const)(
  '%s has the versions of this repository',
  async (name) => {
    interface Manifest {
      version: string;
      dependencies: Record<string, string>;
      devDependencies?: Record<string, string>;
    }
    const { dependencies, devDependencies } = JSON.parse(
      await read(name, 'package.json'),
    ) as Manifest;
    const stated = { ...dependencies, ...devDependencies };
    const here = Object.keys(stated).map(async (dependency) => {
      const folder = dependency === 'modelshelf' ? 'package' : `node_modules/${dependency}`;
      const text = await readFile(join(PROJECT_ROOT, folder, 'package.json'), 'utf8');
      return [dependency, (JSON.parse(text) as Manifest).version];
    });
    expect(stated).toEqual(Object.fromEntries(await Promise.all(here)));
  },
);
