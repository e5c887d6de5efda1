import { describe, expect, it } from 'vitest';

import { tokenFor } from './hops';

const access = { hubEndpoint: 'https://hub.example/mirror', token: () => 'hosts' };
const at = (address: string) => new URL(address);

describe('a token', () => {
  it('of the host goes to the hub alone, and so does another one in its place', () => {
    expect(tokenFor(at('https://hub.example/mirror/api'), access)).toBe('hosts');
    expect(tokenFor(at('https://hub.example/mirror/api'), access, 'own')).toBe('own');
    expect(tokenFor(at('https://hub.example/mirror/api'), access, null)).toBeUndefined();
    for (const address of ['https://hub.example/other', 'https://cas.example/v2']) {
      expect(tokenFor(at(address), access)).toBeUndefined();
      expect(tokenFor(at(address), access, 'own')).toBeUndefined();
    }
  });

  it('of another service goes to that service alone, and no other goes there', () => {
    const service = { value: 'chunks', endpoint: 'https://cas.example' };
    expect(tokenFor(at('https://cas.example/v2/x'), access, service)).toBe('chunks');
    for (const address of [
      'https://hub.example/mirror/api',
      'https://cas.example.evil/v2',
      'http://cas.example/v2',
      'https://xorbs.example/default',
    ]) {
      expect(tokenFor(at(address), access, service)).toBeUndefined();
    }
  });
});
