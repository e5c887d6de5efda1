import { expect, it } from 'vitest';

import { isLoopback } from './loopback';

it.each([
  'http://localhost',
  'http://LOCALHOST:8081/path',
  'http://127.0.0.1',
  'http://127.255.255.254:9',
  'http://127.1',
  'http://0x7f.0.0.1',
  'http://2130706433',
  'http://[::1]:9',
  'http://[0:0:0:0:0:0:0:1]',
  'http://[::ffff:127.0.0.1]',
  'http://[::ffff:7f12:3]',
])('%s is this computer', (address) => {
  expect(isLoopback(new URL(address))).toBe(true);
});

it.each([
  // A resolver may ask a network for these names.
  'http://localhost.',
  'http://hub.localhost',
  'http://localhost.example.com',
  'http://notlocalhost',
  'http://127.0.0.1.example.com',
  'http://128.0.0.1',
  'http://10.0.0.1',
  'http://0.0.0.0',
  'http://[::]',
  'http://[::2]',
  'http://[::ffff:10.0.0.1]',
  'http://[::ffff:8000:1]',
  'http://[::7f00:1]',
  'http://[fe80::1]',
])('%s may be another one', (address) => {
  expect(isLoopback(new URL(address))).toBe(false);
});
