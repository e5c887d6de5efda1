import { describe, expect, it } from 'vitest';

import { UsageError } from '../cli/usageError';
import { COMMANDS, helpOf } from './help';
import { parseShelfOptions } from './shelfOptions';

describe('the command line of modelshelf', () => {
  it.each([
    [],
    ['bring'],
    ['add'],
    ['add', ' '],
    ['remove'],
    ['add', 'a/b', '--frozen'],
    ['list', '--dry-run'],
    ['install', '--id', 'x'],
    ['add', 'a/b', 'c/d', '--id', 'x'],
    ['add', 'a/b', '--id', 'X Y'],
    ['add', 'a/b', '--lock', ''],
    ['install', '--runtime', 'system'],
    ['install', '--json', '--quiet'],
    ['install', '--adopt', ' '],
    ['list', '--nothing'],
  ])('is refused: %j %j %j', (...args) => {
    expect(() => parseShelfOptions(args)).toThrow(UsageError);
  });

  it('has a help text for each command that names all its options', () => {
    for (const command of COMMANDS) {
      expect(parseShelfOptions([command, '--help'])).toMatchObject({
        command: 'help',
        about: command,
      });
      expect(helpOf(command)).toContain(`modelshelf ${command}`);
    }
    expect(parseShelfOptions(['--help'])).toMatchObject({ command: 'help', about: undefined });
    expect(helpOf(undefined)).toMatch(/add[^]*install[^]*verify[^]*list[^]*remove/);
    expect(helpOf('install')).toMatch(/--frozen[^]*--adopt/);
  });

  it('names each model once', () => {
    expect(parseShelfOptions(['--', 'install', 'a', 'b', 'a']).names).toEqual(['a', 'b']);
  });
});

it.each([
  [['login', 'hf_canary']],
  [['login', '--token', 'hf_canary']],
  [['login', '--token=hf_canary']],
  [['login', '--device', '--token-stdin']],
  [['login', '--dir', '.']],
  [['whoami', '--lock', 'x']],
  [['logout', '--device']],
  [['hf_canary']],
])('refuses %j, and repeats no token', (args) => {
  let message = '';
  try {
    parseShelfOptions(args);
  } catch (error) {
    message = (error as Error).message;
  }
  expect(message).not.toBe('');
  expect(message).not.toContain('canary');
});

it.each([
  [[], undefined],
  [['--device'], 'device'],
  [['--token-stdin'], 'token'],
])('signs in with %j by the way %s', (args, loginWay) => {
  expect(parseShelfOptions(['login', ...args])).toMatchObject({ command: 'login', loginWay });
});
