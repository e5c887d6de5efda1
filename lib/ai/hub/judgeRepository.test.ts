import { describe, expect, it } from 'vitest';

import { BENCHMARK } from '../../../tests/benchmarkFixture';
import { repositoryWith } from '../../../tests/discoverFixture';
import type { ModelFailure } from '../../errors';
import type { LlmEngine } from '../../platform/types';
import { repositoryBuilds } from '../builds/repositoryBuilds';
import { Qwen3_0_6B } from '../modelConfig';
import type { BuildHeader } from './buildHeaders';
import { judgeRepository, withLook, type JudgedRepository } from './judgeRepository';

const GB = 1_000_000_000;
const WLLAMA = {
  ...{ engineName: 'wllama', engineVersion: '3.13.0' },
  costs: { ownBytes: 0.1 * GB, batchTokens: 128 },
} as LlmEngine;
const SIZES = { 'm-Q8_0.gguf': 3 * GB, 'm-Q4_K_M.gguf': 2 * GB, 'other-Q8_0.gguf': 0.5 * GB };

const memoryFacts = {
  ...{ vocabularySize: 32_000, embeddingLength: 2_048, feedForwardLength: 8_192 },
  ...{ slidingKvBytesPerToken: 0, slidingWindowTokens: 0, stateBytes: 0 },
};
const headerWith = (kvBytesPerToken: number, expertCount = 0): BuildHeader => ({
  ...{ architecture: 'llama', layers: 32, expertCount, usedExpertCount: undefined },
  facts: {
    ...{ contextTokens: 8_192, kvBytesPerToken, memoryFacts },
    ...(expertCount > 0 && { expertCount }),
  },
});
/** For a context of 4,096 tokens, a tenth of a gigabyte and two gigabytes. */
const [SMALL, LARGE] = [headerWith(25_000), headerWith(500_000)];

function opened(totalBytes = 8 * GB, sizes: Record<string, number> = SIZES): JudgedRepository {
  const repository = repositoryWith(sizes);
  const builds = repositoryBuilds(repository);
  return judgeRepository(
    { repository, builds, scans: new Map() },
    { path: undefined, quantization: undefined },
    {
      ...{ host: { maxModelBytes: undefined }, memory: { totalBytes, availableBytes: undefined } },
      ...{ provenBytes: 0, engines: { 'llama.cpp': WLLAMA }, runtimes: ['llama.cpp'] },
      freeBytes: undefined,
      measured: {
        results: [{ ...BENCHMARK, benchmarkId: 1, modelId: Qwen3_0_6B.modelId }],
        models: [Qwen3_0_6B],
      },
    },
  );
}

const buildIn = ({ builds }: JudgedRepository, path: string) => {
  const found = builds.find((build) => build.found.path === path);
  if (found === undefined) throw new Error(`There is no ${path}.`);
  return found;
};
const read = (header: BuildHeader) => ({ kind: 'read' as const, header });

it('a repository of ten thousand builds is judged at once, also by a header', () => {
  const names = Array.from({ length: 10_000 }, (_, index) => `m-${String(index)}-Q8_0.gguf`);
  const startedMs = performance.now();
  const judged = opened(8 * GB, Object.fromEntries(names.map((name) => [name, GB])));
  expect(withLook(judged, 'm-7-Q8_0.gguf', read(SMALL)).builds).toHaveLength(10_000);
  // Alone it takes a tenth of that; the machine may be busy. Each build compared with each took minutes.
  expect(performance.now() - startedMs).toBeLessThan(5_000);
});

describe('a repository, once a header was read', () => {
  it('is judged by the sizes of its files before', () => {
    const judged = opened();
    expect(judged.recommendation).toMatchObject({ build: { path: 'm-Q8_0.gguf' } });
    expect(buildIn(judged, 'm-Q8_0.gguf')).toMatchObject({ look: { kind: 'unread' } });
    expect(buildIn(judged, 'm-Q8_0.gguf').fit.parts).toBeUndefined();
  });

  it('knows what the memory of that build is made of, to the byte', () => {
    const { fit } = buildIn(withLook(opened(), 'm-Q8_0.gguf', read(SMALL)), 'm-Q8_0.gguf');
    const { weightsBytes, chatBytes, engineBytes } = fit.parts ?? {};
    expect(fit.contextTokens).toBe(4_096);
    expect(weightsBytes).toBe(3 * GB);
    expect(chatBytes).toBe(25_000 * 4_096);
    expect(engineBytes).toBe(0.1 * GB + 32_000 * 150 + 128 * (32_000 + 2 * 2_048) * 4);
    expect(fit.neededBytes).toBe((weightsBytes ?? 0) + (chatBytes ?? 0) + (engineBytes ?? 0));
    expect(fit.fit).toBe('fits');
  });

  it('recommends another build where the header shows that the first one doesn’t fit well', () => {
    const judged = withLook(opened(), 'm-Q8_0.gguf', read(LARGE));
    expect(buildIn(judged, 'm-Q8_0.gguf').fit.fit).toBe('tight');
    expect(buildIn(judged, 'm-Q4_K_M.gguf').fit).toMatchObject({ fit: 'tight' });
    expect(judged.recommendation).toMatchObject({ build: { path: 'other-Q8_0.gguf' } });
  });

  it('judges the other builds of that model by it, until their own is read, and no other model', () => {
    let judged = withLook(opened(), 'm-Q8_0.gguf', read(LARGE));
    const { fit } = buildIn(judged, 'm-Q4_K_M.gguf');
    expect(fit.parts).toMatchObject({ weightsBytes: 2 * GB, chatBytes: 500_000 * 4_096 });
    expect(buildIn(judged, 'm-Q4_K_M.gguf').look).toEqual({ kind: 'unread' });
    expect(buildIn(judged, 'other-Q8_0.gguf').fit.parts).toBeUndefined();
    judged = withLook(judged, 'm-Q4_K_M.gguf', read(SMALL));
    expect(buildIn(judged, 'm-Q4_K_M.gguf').fit.parts).toMatchObject({ chatBytes: 25_000 * 4_096 });
    expect(buildIn(judged, 'm-Q8_0.gguf').fit.parts).toMatchObject({ chatBytes: 500_000 * 4_096 });
  });

  it('says that nothing fits where the header shows it', () => {
    const judged = withLook(opened(2.6 * GB), 'm-Q8_0.gguf', read(LARGE));
    expect(buildIn(judged, 'm-Q8_0.gguf').fit.fit).toBe('too-large');
  });

  it.each<[ModelFailure, string | undefined]>([
    // The quantizations of a model share its architecture.
    [{ code: 'MODEL_UNAVAILABLE', details: { modelId: 'm', reason: 'x' } }, 'other-Q8_0.gguf'],
    [{ code: 'LOAD_FAILED', details: { path: 'm', reason: 'damaged' } }, 'm-Q4_K_M.gguf'],
  ])('recommends nothing that was refused: %j', (failure, path) => {
    const judged = withLook(opened(), 'm-Q8_0.gguf', { kind: 'refused', failure });
    expect(judged.recommendation.build?.path).toBe(path);
  });

  it('recommends as before where the header couldn’t be read', () => {
    const failure: ModelFailure = { code: 'NET_OFFLINE', details: { host: 'x' } };
    const judged = withLook(opened(), 'm-Q8_0.gguf', { kind: 'failed', failure });
    expect(judged.recommendation).toEqual(opened().recommendation);
  });

  it('estimates the speed of a dense model’s builds that fit, and of no others', () => {
    const judged = withLook(opened(), 'm-Q4_K_M.gguf', read(SMALL));
    const weights = 639_446_688;
    expect(buildIn(judged, 'm-Q4_K_M.gguf').speed?.tokensPerSecond).toBeCloseTo(
      (24.25 * weights) / (2 * GB),
    );
    // More than four times the measured one.
    expect(buildIn(judged, 'm-Q8_0.gguf').speed).toBeUndefined();
    // Nobody has read whether it is dense.
    expect(buildIn(judged, 'other-Q8_0.gguf').speed).toBeUndefined();
    for (const [header, bytes] of [
      [headerWith(25_000, 64), 8 * GB],
      [SMALL, 3.5 * GB],
    ] as const) {
      const other = withLook(opened(bytes), 'm-Q4_K_M.gguf', read(header));
      expect(buildIn(other, 'm-Q4_K_M.gguf').speed).toBeUndefined();
    }
  });
});
