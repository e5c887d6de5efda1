import { describe, expect, it } from 'vitest';

import { HUB, COMMIT, repositoryWith } from '../../../tests/discoverFixture';
import { repositoryBuilds, withChosenFiles, type RepositoryBuild } from './repositoryBuilds';

const filesOf = ({ build }: RepositoryBuild) =>
  build.files.map(({ role, fileName }) => `${role} ${fileName}`);
const labels = (builds: readonly RepositoryBuild[]) =>
  builds.map(({ build }) => build.quantization);

describe('the builds of a repository', () => {
  it('are its quantizations, the largest first, each at the commit with bytes and digest', () => {
    const builds = repositoryBuilds(
      repositoryWith(
        { 'README.md': 5, 'M-Q4_K_M.gguf': 400, 'M-Q8_0.gguf': 800, 'sub/M-F16.gguf': 1600 },
        { contextTokens: 4096 },
      ),
    );
    expect(labels(builds)).toEqual(['F16', 'Q8_0', 'Q4_K_M']);
    expect(builds[0]).toMatchObject({
      path: 'sub/M-F16.gguf',
      weightsBytes: 1600,
      totalBytes: 1600,
      problem: undefined,
      build: {
        runtime: 'llama.cpp',
        contextTokens: 4096,
        files: [
          {
            role: 'weights',
            fileName: 'M-F16.gguf',
            source: {
              url: `${HUB}/org/Model-GGUF/resolve/${COMMIT}/sub/M-F16.gguf`,
              sizeBytes: 1600,
              sha256: 'a'.repeat(64),
            },
          },
        ],
      },
    });
    expect(builds[2]?.grade).toBe('good');
  });

  // Peers took one part for the model, or refused the model because each part fitted its name (eullm#394, Ghostlink#161).
  it('are one for the parts of a model, in the order of their numbers', () => {
    const builds = repositoryBuilds(
      repositoryWith({
        'Q8_0/M-Q8_0-00002-of-00003.gguf': 20,
        'Q8_0/M-Q8_0-00003-of-00003.gguf': 30,
        'Q8_0/M-Q8_0-00001-of-00003.gguf': 10,
        'M-Q4_K_M.gguf': 15,
      }),
    );
    expect(labels(builds)).toEqual(['Q8_0', 'Q4_K_M']);
    expect(builds[0]?.weightsPaths).toEqual([
      'Q8_0/M-Q8_0-00001-of-00003.gguf',
      'Q8_0/M-Q8_0-00002-of-00003.gguf',
      'Q8_0/M-Q8_0-00003-of-00003.gguf',
    ]);
    expect(builds[0]).toMatchObject({ weightsBytes: 60, totalBytes: 60 });
  });

  it('say when parts are missing, and don’t take a name for a part that only looks like one', () => {
    const builds = repositoryBuilds(
      repositoryWith({
        'M-Q8_0-00001-of-00003.gguf': 10,
        'M-Q8_0-00003-of-00003.gguf': 10,
        'best-of-breed-Q4_0.gguf': 9,
        'odd-Q4_K_M-00003-of-00002.gguf': 8,
        'zero-Q5_K_M-00000-of-00002.gguf': 7,
        'one-Q6_K-00001-of-00001.gguf': 6,
      }),
    );
    expect(builds[0]).toMatchObject({ problem: { kind: 'incomplete', has: 2, of: 3 } });
    expect(builds.slice(1).map(({ weightsPaths }) => weightsPaths.length)).toEqual([1, 1, 1, 1]);
    expect(builds.at(-1)?.problem).toBeUndefined();
    expect(builds.slice(1).filter(({ problem }) => problem?.kind === 'incomplete')).toEqual([]);
  });

  // LM Studio brings the projector along, other clients left people to find it by its size (HuggingFaceModelDownloader#76).
  it('bring the projector along, F16 before others, and list neither it nor measurements as models', () => {
    const builds = repositoryBuilds(
      repositoryWith({
        'gemma-3-4b-it-Q4_K_M.gguf': 100,
        'mmproj-F32.gguf': 40,
        'mmproj-BF16.gguf': 20,
        'mmproj-F16.gguf': 20,
        'gemma-3-4b-it-imatrix.gguf': 3,
        'imatrix_unsloth.gguf': 3,
      }),
    );
    expect(builds.map(filesOf)).toEqual([
      ['weights gemma-3-4b-it-Q4_K_M.gguf', 'projector mmproj-F16.gguf'],
    ]);
    expect(builds[0]).toMatchObject({ weightsBytes: 100, totalBytes: 120 });
  });

  it('get the projector that names their model, and none of another model', () => {
    const builds = repositoryBuilds(
      repositoryWith({
        'vl-2b-Q4_K_M.gguf': 30,
        'vl-8b-Q4_K_M.gguf': 20,
        'text-1b-Q4_K_M.gguf': 10,
        'vl-2b-mmproj-f16.gguf': 1,
        'mmproj-vl-8b-Q8_0.gguf': 1,
      }),
    );
    expect(builds.map(filesOf)).toEqual([
      ['weights vl-2b-Q4_K_M.gguf', 'projector vl-2b-mmproj-f16.gguf'],
      ['weights vl-8b-Q4_K_M.gguf', 'projector mmproj-vl-8b-Q8_0.gguf'],
      ['weights text-1b-Q4_K_M.gguf'],
    ]);
  });

  it('get the only projector also under a foreign name, where there is only one model', () => {
    const files = {
      'a/llava-Q4_K_M.gguf': 3,
      'a/llava-Q8_0.gguf': 5,
      'mmproj-clip-vit-f16.gguf': 1,
    };
    for (const found of repositoryBuilds(repositoryWith(files))) {
      expect(filesOf(found)).toContain('projector mmproj-clip-vit-f16.gguf');
    }
  });

  it('for phones take the tokenizer of the nearest folder', () => {
    const builds = repositoryBuilds(
      repositoryWith({
        '1b/xnnpack/llama_spinquant.pte': 9,
        '3b/model_8da4w.pte': 7,
        '3b/tokenizer.model': 1,
        'tokenizer.json': 2,
        'tokenizer_config.json': 1,
      }),
    );
    expect(builds.map(filesOf)).toEqual([
      [
        'weights llama_spinquant.pte',
        'tokenizer tokenizer.json',
        'tokenizerConfig tokenizer_config.json',
      ],
      [
        'weights model_8da4w.pte',
        'tokenizer tokenizer.model',
        'tokenizerConfig tokenizer_config.json',
      ],
    ]);
    expect(builds[0]).toMatchObject({ weightsBytes: 9, totalBytes: 12, problem: undefined });
  });

  it('for phones without the usual names ask for these files, and take what a person chooses', () => {
    const repository = repositoryWith({ 'm.pte': 9, 'spm.model': 2, 'conf.json': 1, 'x.txt': 1 });
    const [found] = repositoryBuilds(repository);
    if (!found) throw new Error('there is one build');
    expect(found.problem).toEqual({ kind: 'needs', roles: ['tokenizer', 'tokenizerConfig'] });
    const half = withChosenFiles(repository, found, { tokenizer: 'spm.model' });
    expect(half.problem).toEqual({ kind: 'needs', roles: ['tokenizerConfig'] });
    const both = withChosenFiles(repository, half, { tokenizerConfig: 'conf.json' });
    expect(both).toMatchObject({ problem: undefined, totalBytes: 12 });
    expect(filesOf(both)).toEqual([
      'weights m.pte',
      'tokenizer spm.model',
      'tokenizerConfig conf.json',
    ]);
    for (const tokenizer of ['x.txt', 'absent.json', '']) {
      expect(withChosenFiles(repository, found, { tokenizer })).toEqual(found);
    }
  });

  it('are found among ten thousand files at once', () => {
    const names = Array.from({ length: 10_000 }, (_, index) => {
      const number = String(index);
      if (index % 4 === 0) return `mmproj-${number}-F16.gguf`;
      if (index % 4 === 1) return `deep/er/and/deeper/m-${number}.pte`;
      if (index % 4 === 2) return `s-${number}-00001-of-00099.gguf`;
      return `m-${number}-Q4_K_M.gguf`;
    });
    const repository = repositoryWith(Object.fromEntries(names.map((name) => [name, 1])));
    const startedMs = performance.now();
    expect(repositoryBuilds(repository)).toHaveLength(7_500);
    // Alone it takes a tenth of that; the machine may be busy.
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });
});
