/** S12: every part of the product has the same idea of what this computer is. */
import { describe, expect, it } from 'vitest';

import { parseCatalog } from '../../lib/ai/registry/catalog';
import { checkedHop } from '../../lib/platform/addresses/hops';
import { readEndpoint } from '../../lib/platform/addresses/hubEndpoint';
import { isSafeAnswer } from '../../lib/platform/web/files/webFetch';
import { readStartOptions } from '../../scripts/serve/startOptions';
import { MODEL } from '../modelFixture';

const HERE = [
  'http://localhost:9000',
  'http://127.0.0.1:9000',
  'http://127.0.0.2:9000',
  'http://[::1]:9000',
  'http://[::ffff:127.0.0.1]:9000',
];
const ELSEWHERE = [
  'http://hub.localhost:9000',
  'http://localhost.:9000',
  'http://127.0.0.1.example.com',
  'http://10.0.0.1',
  'http://0.0.0.0:9000',
];

const doesNotThrow = (work: () => unknown): boolean => {
  try {
    work();
    return true;
  } catch {
    return false;
  }
};

const access = (address: string) => ({ hubEndpoint: address, token: undefined });
const VERDICTS: [string, (address: string) => boolean][] = [
  [
    'a request and its redirects',
    (url) => doesNotThrow(() => checkedHop(url, undefined, access(url))),
  ],
  ['a redirect in a browser', (url) => isSafeAnswer('http://localhost:8081/', `${url}/file`)],
  [
    'a catalog',
    (url) => {
      const ggufSource = { kind: 'remote', url: `${url}/file` };
      const text = JSON.stringify({ version: 1, models: [{ ...MODEL, ggufSource }] });
      return parseCatalog(text, url).models.length === 1;
    },
  ],
  ['HF_ENDPOINT of the command', (url) => readEndpoint(url).endpoint !== undefined],
  [
    'HF_ENDPOINT of the app',
    (url) => doesNotThrow(() => readStartOptions([], { HF_ENDPOINT: url })),
  ],
];

describe.each(VERDICTS)('S12: plain http, for %s,', (_, isAllowed) => {
  it.each(HERE)('may go to %s, which is this computer', (address) => {
    expect(isAllowed(address)).toBe(true);
  });

  it.each(ELSEWHERE)('may not go to %s', (address) => {
    expect(isAllowed(address)).toBe(false);
  });
});
