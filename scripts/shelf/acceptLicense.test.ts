import { expect, it } from 'vitest';

import { buildsOf } from '../../lib/ai/runtimes/notation';
import { createMemoryPlatform, createMemoryWorld } from '../../lib/platform/memory/memoryPlatform';
import { ADDED, LICENSE_URL } from '../../tests/addedScene';
import { ENDPOINT, sha256 } from '../../tests/modelFixture';
import { acceptedIn, withLicense } from './acceptLicense';
import { withAddition, type Addition } from './lock/lockEntry';
import type { Lock } from './lock/lockFile';

const TEXT = 'Be kind.\n';
const DIGEST = sha256(new TextEncoder().encode(TEXT));
const facts = { ...ADDED, license: 'Own Terms', needsAcceptance: true };
const addition: Addition = { facts, builds: buildsOf(ADDED), isNamed: false };

function begin() {
  const world = createMemoryWorld();
  world.web.answerText = () => ({ status: 200, text: TEXT, headers: {} });
  const warned: string[] = [];
  const told: Record<string, unknown>[] = [];
  const reporter = {
    ...{ begin: () => undefined, progress: () => undefined, installed: () => undefined },
    ...{ failed: () => undefined, summary: () => undefined, interrupted: () => undefined },
    tell: (event: Record<string, unknown>) => void told.push(event),
    warn: (text: string) => void warned.push(text),
  };
  const tools = {
    ...createMemoryPlatform({ world, hubEndpoint: ENDPOINT }),
    hubEndpoint: ENDPOINT,
  };
  const add = (given: Addition, acceptsLicenses: boolean) => {
    const { signal } = new AbortController();
    return withLicense(tools, { addition: given, options: { acceptsLicenses }, reporter }, signal);
  };
  return { add, warned, told };
}

const EMPTY: Lock = { text: undefined, entries: [], models: [] };

it('tells where the licence is, and writes nothing of an acceptance', async () => {
  const { add, warned } = begin();
  expect(await add(addition, false)).toBe(addition);
  expect(warned).toEqual([
    expect.stringContaining('--accept-license'),
    expect.stringContaining(LICENSE_URL),
  ]);
});

it('writes the digest of the text and the date into the lock, once', async () => {
  const { add, told } = begin();
  const accepted = await add(addition, true);
  expect(told).toMatchObject([{ event: 'license-accepted', textSha256: DIGEST, url: LICENSE_URL }]);
  const [entry] = withAddition(EMPTY, accepted);
  expect(entry).toMatchObject({
    needsAcceptance: true,
    licenseText: { url: LICENSE_URL, sha256: DIGEST },
    acceptedLicense: { textSha256: DIGEST, acceptedAt: expect.stringMatching(/^20/) as string },
  });
  const entries = entry ? [entry] : [];
  expect(acceptedIn({ entries }, { acceptsLicenses: false })).toEqual([DIGEST]);
  expect(acceptedIn({ entries }, { acceptsLicenses: true })).toBe('all');
  const first = {
    ...entry,
    modelId: 'own-q4',
    acceptedLicense: { textSha256: DIGEST, acceptedAt: '2001' },
  };
  const [again] = withAddition({ ...EMPTY, entries: [first] }, accepted);
  expect(again?.['acceptedLicense']).toEqual({ textSha256: DIGEST, acceptedAt: '2001' });
});

it('asks nothing about other licences', async () => {
  const { add, warned, told } = begin();
  const open = { ...addition, facts: ADDED };
  expect(await add(open, true)).toBe(open);
  expect([warned, told]).toEqual([[], []]);
});
