import assert from 'node:assert/strict';

import fc from 'fast-check';
import { expect, it } from 'vitest';

import { MANIFEST_NAMES } from '../../lib/ai/registry/buildPlaces';
import { parseCatalog } from '../../lib/ai/registry/catalog';
import { loadModels } from '../../lib/ai/registry/loadModels';
import type { LlmModelConfig, ModelSource } from '../../lib/ai/modelConfig';
import { buildsOf } from '../../lib/ai/runtimes/notation';
import { isPortableName } from '../../lib/platform/shared/storePath';
import { MODEL } from '../modelFixture';
import { CASES, createHarmless, expectBytes, expectPlain } from './harmless';
import { hostileRecord } from './hostile';

const SECOND: LlmModelConfig = {
  ...MODEL,
  modelId: 'second',
  folderName: 'Second',
  pteSource: { kind: 'remote', url: 'https://hub.example/me/second/resolve/v1/a.pte' },
  approximateBytes: 7,
  demo: true,
};

function expectUsable(model: LlmModelConfig): void {
  expectPlain(model);
  assert.match(model.modelId, /^[a-z0-9][a-z0-9.-]{0,63}$/);
  expectName(model.folderName);
  expectSafeUrl(model.huggingFaceUrl);
  const builds = buildsOf(model);
  assert.ok(builds.length > 0);
  for (const build of builds) {
    assert.equal(build.files[0]?.role, 'weights');
    expectBytes(build.approximateBytes);
    expectBytes(build.kvBytesPerToken);
    for (const { fileName, source } of build.files) {
      expectName(fileName);
      expectUsableSource(source);
    }
  }
}

function expectName(name: string): void {
  const isUsable = isPortableName(name) && !name.startsWith('.') && !MANIFEST_NAMES.includes(name);
  assert.ok(isUsable, name);
}

function expectUsableSource(source: ModelSource): void {
  expectPlain(source);
  // The registry has these; a catalog can't reach into the app.
  assert.notEqual(source.kind, 'bundled');
  if (source.kind !== 'remote') return;
  expectSafeUrl(source.url);
  expectBytes(source.sizeBytes);
  if (source.sha256 !== undefined) assert.match(source.sha256, /^[0-9a-f]{64}$/);
}

function expectSafeUrl(text: string): void {
  const { protocol, hostname, username, password } = new URL(text);
  const isLoopback = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  assert.ok(protocol === 'https:' || (protocol === 'http:' && isLoopback), text);
  assert.equal(username + password, '');
}

/** The same models as a catalog of version 2 states them: builds instead of the fields for two of them. */
const SECOND_VERSION = [MODEL, SECOND].map((model) => {
  const { modelId, displayName, description, size, folderName, huggingFaceUrl, license } = model;
  const facts = { modelId, displayName, description, size, folderName, huggingFaceUrl, license };
  return { ...facts, builds: buildsOf(model) };
});
const catalogText = fc.oneof(
  hostileRecord({ version: 1, models: [MODEL, SECOND] }),
  hostileRecord({ version: 2, models: SECOND_VERSION }),
);

it('takes from any catalog usable models alone', ({ task }) => {
  const harmless = createHarmless('catalogs');
  const property = fc.property(catalogText, (text) => {
    const catalog = harmless.run(() => parseCatalog(text));
    if (!catalog) return;
    for (const model of catalog.models) expectUsable(model);
    const ids = catalog.models.map(({ modelId }) => modelId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { reason } of catalog.problems) expect(reason).toBeTypeOf('string');
  });
  fc.assert(property, { numRuns: CASES.catalogs });
  harmless.finish(task);
}, 120_000);

it('offers the registry whatever the catalog, and gives no folder to two models', () => {
  const property = fc.property(catalogText, (text) => {
    const { models } = loadModels({ catalogText: text, hubEndpoint: 'https://hub.example' });
    const folders = models.map(({ folderName }) => folderName.toLowerCase());
    expect(new Set(folders).size).toBe(folders.length);
    expect(models.length).toBeGreaterThanOrEqual(
      loadModels({ catalogText: undefined, hubEndpoint: 'https://hub.example' }).models.length,
    );
  });
  fc.assert(property, { numRuns: 1000 });
});
