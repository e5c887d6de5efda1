import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

import { afterEach, expect, it, vi } from 'vitest';

import { localPath, modelsFolder } from './localPath';
import { parseOptions } from './options';
import { UsageError } from './usageError';

afterEach(() => {
  vi.unstubAllEnvs();
});

it('takes a leading ~ for the home folder, also where the shell left it', () => {
  expect(parseOptions(['--dir=~/models']).folder).toBe(join(homedir(), 'models'));
  expect(localPath('~')).toBe(homedir());
});

it('leaves a ~ inside a name alone', () => {
  vi.stubEnv('INIT_CWD', undefined);
  expect(localPath('models~')).toBe(resolve('models~'));
  expect(localPath('./~/models')).toBe(resolve('~/models'));
});

it('refuses another person’s home folder in place of making a folder of that name', () => {
  expect(() => localPath('~somebody/models')).toThrow(UsageError);
});

it('means the folder that the person is in, and by default the project’s', () => {
  vi.stubEnv('INIT_CWD', '/somewhere');
  expect(localPath('models')).toBe(resolve('/somewhere/models'));
  expect(modelsFolder(undefined)).toBe('assets/models');
});
