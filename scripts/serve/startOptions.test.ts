import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readStartOptions } from './startOptions';

test('serves on 8081 with no catalog and the public hub unless told otherwise', () => {
  expect(readStartOptions([], {})).toEqual({
    port: 8081,
    catalogFile: undefined,
    hubEndpoint: undefined,
  });
  expect(readStartOptions([], { HF_ENDPOINT: '' })?.hubEndpoint).toBeUndefined();
});

test('takes the port, with or without the dashes that a package manager hands on', () => {
  expect(readStartOptions(['--port', '9000'], {})?.port).toBe(9000);
  expect(readStartOptions(['--', '--port=9000'], {})?.port).toBe(9000);
});

test('finds a catalog from the folder in which the command was given', () => {
  const environment = { INIT_CWD: resolve('/somewhere') };
  const options = readStartOptions(['--catalog', 'models.json'], environment);
  expect(options?.catalogFile).toBe(resolve('/somewhere/models.json'));
});

test('asks for nothing else when help is wanted', () => {
  expect(readStartOptions(['--help', '--port', 'x'], {})).toBeUndefined();
  expect(readStartOptions(['-h'], {})).toBeUndefined();
});

test.each([
  [['--port', '0']],
  [['--port', '65536']],
  [['--port', '80a']],
  [['--port', '']],
  [['--catalog', '']],
  [['--catalog= ']],
  [['--port']],
  [['--verbose']],
  [['models.json']],
])('shows the usage for %j and ends with 2', (args) => {
  expect(() => readStartOptions(args, {})).toThrow(
    expect.objectContaining({ exitCode: 2, message: expect.stringContaining('Usage: pnpm start') }),
  );
});

test('hands a hub on without its last slash', () => {
  const hub = (value: string) => readStartOptions([], { HF_ENDPOINT: value })?.hubEndpoint;
  expect(hub('https://hub.example.com/')).toBe('https://hub.example.com');
  expect(hub('http://127.0.0.1:9000')).toBe('http://127.0.0.1:9000');
  expect(hub('https://host.example/below/hub/')).toBe('https://host.example/below/hub');
});

test.each(['hub.example.com', 'ftp://hub.example.com', 'http://hub.example.com', 'file:///etc'])(
  'refuses the hub %s, which the page could not reach',
  (value) => {
    expect(() => readStartOptions([], { HF_ENDPOINT: value })).toThrow(
      expect.objectContaining({ exitCode: 2, message: expect.stringContaining('HF_ENDPOINT') }),
    );
  },
);
