import fc from 'fast-check';
import { expect, it } from 'vitest';

import { parseManifest } from '../../lib/download/store/manifest';
import { continues, draftPlan, parsePlan } from '../../lib/download/plan/plan';
import { isPortableName } from '../../lib/platform/shared/storePath';
import { COMMIT, ENDPOINT, MODEL, WEIGHTS, sha256 } from '../modelFixture';
import { CASES, createHarmless, expectBytes, expectPlain } from './harmless';
import { hostileRecord } from './hostile';

const draft = draftPlan(MODEL, 'llama.cpp', ENDPOINT);
const PLAN = {
  version: 2,
  ...draft,
  files: draft.files.map((file) => ({ ...file, revision: COMMIT })),
};
const MANIFEST = {
  version: 1,
  modelId: MODEL.modelId,
  runtime: 'llama.cpp',
  installedAt: 1_700_000_000_000,
  files: [
    {
      fileName: 'tiny.gguf',
      sizeBytes: WEIGHTS.byteLength,
      sha256: sha256(WEIGHTS),
      checkedAgainst: 'hub',
      url: 'https://hub.example/x',
      revision: COMMIT,
    },
  ],
};

it('goes on with a damaged plan only where it still says what the registry says', ({ task }) => {
  const harmless = createHarmless('plans');
  const property = fc.property(hostileRecord(PLAN), (text) => {
    const plan = harmless.run(() => parsePlan(text));
    if (!plan) return;
    expectPlain(plan);
    for (const { sizeBytes, source, revision } of plan.files) {
      expectBytes(sizeBytes);
      if (source.kind === 'remote') expect(source.address.startsWith('/')).toBe(true);
      if (revision !== undefined) expect(revision).toMatch(/^[0-9a-f]{40}$/);
    }
    if (!continues(plan, draft)) return;
    for (const [place, file] of plan.files.entries()) {
      expect(isPortableName(file.fileName)).toBe(true);
      expect(file.digest?.hex).toBe(draft.files[place]?.digest?.hex);
      expect(file.sizeBytes).toBe(draft.files[place]?.sizeBytes);
    }
  });
  fc.assert(property, { numRuns: CASES.plans });
  harmless.finish(task);
}, 120_000);

it('reads no manifest that names a file outside its folder or a size that is none', ({ task }) => {
  const harmless = createHarmless('manifests');
  const property = fc.property(hostileRecord(MANIFEST), (text) => {
    const manifest = harmless.run(() => parseManifest(text));
    if (!manifest) return;
    expectPlain(manifest);
    expect(manifest.files.length).toBeGreaterThan(0);
    expect(Number.isSafeInteger(manifest.installedAt)).toBe(true);
    for (const file of manifest.files) {
      expectPlain(file);
      expect(isPortableName(file.fileName)).toBe(true);
      expectBytes(file.sizeBytes);
      expect(file.sha256).toMatch(/^[0-9a-f]{64}$/);
    }
  });
  fc.assert(property, { numRuns: CASES.manifests });
  harmless.finish(task);
}, 120_000);
