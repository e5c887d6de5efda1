import fc from 'fast-check';
import { expect, it } from 'vitest';

import type { DownloadPlan, PlannedFile } from '../../lib/download/plan/plan';
import { resolveSources } from '../../lib/download/plan/resolveSources';
import { createManualClock } from '../../lib/platform/memory/manualClock';
import type { Downloader, TextAnswer, TextRequest } from '../../lib/platform/types';
import { COMMIT } from '../modelFixture';
import { CASES, createHarmless, expectBytes } from './harmless';
import { hostileRecord, hostileText } from './hostile';

const PATHS = ['1b/tiny.pte', 'tokenizer.json'];
const REVISION = { sha: COMMIT };
const INFOS = [
  { type: 'file', path: PATHS[0], size: 90_000, oid: 'a'.repeat(40), lfs: { oid: 'b'.repeat(64) } },
  { type: 'file', path: PATHS[1], size: 700, oid: 'c'.repeat(40) },
  { type: 'file', path: 'stated.bin', size: 6, oid: 'e'.repeat(40), lfs: { oid: 'e'.repeat(64) } },
];
const STATED: PlannedFile = {
  fileName: 'stated.bin',
  role: 'weights',
  source: { kind: 'remote', address: '/me/pte/resolve/v1/stated.bin' },
  sizeBytes: 5,
  digest: { algorithm: 'sha256', hex: 'd'.repeat(64) },
  checkedAgainst: 'registry',
};

const answer = (right: unknown): fc.Arbitrary<TextAnswer> =>
  fc.record({
    status: fc.oneof(
      { weight: 9, arbitrary: fc.constant(200) },
      { weight: 1, arbitrary: fc.constantFrom(0, 100, 204, 301, 401, 403, 404, 429, 500, 999) },
    ),
    text: fc.oneof(
      { weight: 3, arbitrary: fc.constant(JSON.stringify(right)) },
      { weight: 2, arbitrary: hostileRecord(right) },
    ),
    headers: fc.dictionary(
      fc.constantFrom('content-type', 'retry-after', 'ratelimit', 'x-error-code', '__proto__'),
      hostileText,
    ),
  });

/** Addresses come from catalogs, which a person may have been sent. */
const address = fc.oneof(
  { weight: 18, arbitrary: fc.constantFrom(...PATHS.map((path) => `/me/pte/resolve/v1/${path}`)) },
  {
    weight: 1,
    arbitrary: hostileText.map(
      (text) => new URL(`https://h/me/pte/resolve/v1/${text.slice(0, 2000)}`).pathname,
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('/', '/me/pte/resolve/%zz/x', '/me/pte/resolve/%00/%', '//x/y/z'),
  },
);

function downloaderOf(revision: TextAnswer, infos: TextAnswer): Downloader {
  const fetchText = ({ json }: TextRequest) =>
    Promise.resolve(json === undefined ? revision : infos);
  const only: Partial<Downloader> = { fetchText };
  return only as Downloader;
}

const input = fc.record({
  revision: answer(REVISION),
  infos: answer(INFOS),
  addresses: fc.array(address, { minLength: 1, maxLength: 3 }),
});

it('learns from any hub only sizes, digests and commits, and never instead of the registry’s', async ({
  task,
}) => {
  const harmless = createHarmless('hubAnswers');
  const property = fc.asyncProperty(input, async ({ revision, infos, addresses }) => {
    const asked = addresses.map((path, place): PlannedFile => ({
      fileName: `file-${String(place)}`,
      role: 'weights',
      source: { kind: 'remote', address: path },
      checkedAgainst: 'none',
    }));
    const plan: DownloadPlan = { modelId: 'm', runtime: 'executorch', files: [STATED, ...asked] };
    const access = {
      downloader: downloaderOf(revision, infos),
      hubEndpoint: 'https://hub.example',
      clock: createManualClock(),
    };
    const resolved = await harmless.runAsync(() =>
      resolveSources(access, plan, new AbortController().signal),
    );
    if (!resolved) return;
    expect(resolved.files.map(({ fileName }) => fileName)).toEqual(
      plan.files.map(({ fileName }) => fileName),
    );
    expect(resolved.files.map(({ source }) => source)).toEqual(
      plan.files.map(({ source }) => source),
    );
    const { sizeBytes, digest, checkedAgainst } = STATED;
    expect(resolved.files[0]).toMatchObject({ sizeBytes, digest, checkedAgainst });
    for (const file of resolved.files) expectSound(file);
  });
  await fc.assert(property, { numRuns: CASES.hubAnswers });
  harmless.finish(task);
}, 120_000);

function expectSound({ sizeBytes, digest, revision }: PlannedFile): void {
  expectBytes(sizeBytes);
  if (revision !== undefined) expect(revision).toMatch(/^[0-9a-f]{40}$/);
  if (digest !== undefined) {
    expect(digest.hex).toMatch(digest.algorithm === 'sha256' ? /^[0-9a-f]{64}$/ : /^[0-9a-f]{40}$/);
  }
}
