import { describe, expect, it } from 'vitest';

import { addressBelow, readEndpoint } from './hubEndpoint';

const MIRROR = 'https://host.example/artifactory/api/huggingfaceml/hub';

describe('readEndpoint', () => {
  it.each([
    [MIRROR, MIRROR],
    [`${MIRROR}/`, MIRROR],
    [` ${MIRROR}//\r\n`, MIRROR],
    ['https://HUB.example:443/', 'https://hub.example'],
    ['https://huggingface.co', 'https://huggingface.co'],
    ['http://hf.co/', 'https://huggingface.co'],
    ['https://www.huggingface.co', 'https://huggingface.co'],
    ['http://127.0.0.1:8090/below/', 'http://127.0.0.1:8090/below'],
    ['http://[::1]:8090', 'http://[::1]:8090'],
  ])('reads %j as %s', (stated, endpoint) => {
    expect(readEndpoint(stated)).toEqual({ endpoint });
  });

  it.each([
    ['a name without a scheme', 'hub.example', 'https'],
    ['plain http elsewhere', 'http://hub.example', 'https'],
    ['another scheme', 'ftp://hub.example', 'https'],
    ['a token', 'hf_canaryCANARY', 'https'],
    ['a password', 'https://me:hf_canaryCANARY@hub.example', 'HF_TOKEN'],
    ['a query', 'https://hub.example/?token=hf_canaryCANARY', '?'],
    ['the address of the requests', 'https://hub.example/api/', '/api'],
    ['a page of the public hub', 'https://huggingface.co/models', 'alone'],
    ['the requests of the public hub', 'https://huggingface.co/api', 'alone'],
  ])('refuses %s, says why, and doesn’t repeat it', (_, stated, why) => {
    const { problem } = readEndpoint(stated);
    expect(problem).toContain(why);
    expect(problem).not.toContain('canary');
  });
});

describe('addressBelow', () => {
  it.each([
    [`${MIRROR}/o/r/resolve/main/a.gguf?x=1`, '/o/r/resolve/main/a.gguf?x=1'],
    [`${MIRROR}/o/r/resolve/refs%2Fpr%2F1/a.gguf`, '/o/r/resolve/refs%2Fpr%2F1/a.gguf'],
    [`${MIRROR}/a/../b`, '/b'],
  ])('finds what follows the endpoint in %s', (address, rest) => {
    expect(addressBelow(new URL(address), MIRROR)).toBe(rest);
  });

  it.each([
    `${MIRROR}2/o/r`,
    `${MIRROR}.evil/o/r`,
    MIRROR.slice(0, -1),
    `${MIRROR}/../other`,
    `${MIRROR}/%2e%2e/other`,
    `${MIRROR}/%2e%2e%2fother`,
    `${MIRROR}/x%2f..%2f..%2fother`,
    `${MIRROR}/..%5cother`,
    `${MIRROR.toUpperCase()}/o/r`,
    'https://host.example/o/r',
    `${MIRROR.replace('https', 'http')}/o/r`,
    `${MIRROR.replace('.example', '.example:444')}/o/r`,
    `${MIRROR.replace('host', 'evil')}/o/r`,
  ])('leaves %s outside', (address) => {
    expect(addressBelow(new URL(address), MIRROR)).toBeUndefined();
  });

  it('has everything at its origin below an endpoint without a path', () => {
    expect(addressBelow(new URL('https://hub.example/a/..%2fb'), 'https://hub.example')).toBe(
      '/a/..%2fb',
    );
  });
});
