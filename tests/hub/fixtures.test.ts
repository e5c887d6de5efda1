import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseCatalog } from '../../lib/ai/registry/catalog';
import { ALL_MODELS } from '../../lib/ai/modelConfig';
import { modelFiles, unavailableReason } from '../../lib/ai/registry/modelFiles';
import { wholeOf } from './content';
import { parseResolveUrl, registryRepos, speakingModels } from './fixtures';
import { parseOptions } from './options';
import { bytesOf } from './sample';
import { startHub } from './server';
import type { Hub } from './server';

const speaking = speakingModels();
const repos = registryRepos();
let hub: Hub;

beforeAll(async () => {
  hub = await startHub({ repos: [...repos, ...speaking.repos] });
});
afterAll(() => hub.close());

describe('the stand-ins for the registry', () => {
  const models = ALL_MODELS.filter(
    (model) => model.demo !== true && !unavailableReason(model, 'executorch'),
  );

  it('cover the five models that can be had', () => {
    expect(models).toHaveLength(5);
  });

  it.each(models)('serve every file of $modelId at its address', async (model) => {
    for (const { source, fileName } of modelFiles(model, 'executorch')) {
      if (source.kind !== 'remote') throw new Error(`${fileName} is not remote`);
      const { pathname } = new URL(source.url);
      const { name, path } = parseResolveUrl(source.url);
      const content = repos.find((repo) => repo.name === name)?.files[path]?.content;
      if (!content) throw new Error(`no stand-in for ${source.url}`);
      const response = await fetch(hub.endpoint + pathname);
      expect(response.status).toBe(200);
      expect(Buffer.compare(await bytesOf(response), wholeOf(content))).toBe(0);
    }
  });

  it('have weights that all differ', () => {
    const weights = repos.flatMap(({ files }) =>
      Object.entries(files).filter(([path]) => path.endsWith('.pte')),
    );
    expect(weights).toHaveLength(5);
    expect(new Set(weights.map(([, { content }]) => content.digest('sha256'))).size).toBe(5);
  });
});

describe('the speaking models', () => {
  it('make a catalog that the app accepts', () => {
    const catalog = speaking.catalog(hub.endpoint);
    expect(parseCatalog(JSON.stringify(catalog), hub.endpoint)).toEqual({
      models: catalog.models,
      problems: [],
    });
  });

  it('are served as the catalog says, from small to large', async () => {
    const sizes: number[] = [];
    for (const model of speaking.catalog(hub.endpoint).models) {
      const { ggufSource: source, modelId } = model;
      if (source.kind !== 'remote') throw new Error(`${modelId} is not remote`);
      const bytes = await bytesOf(await fetch(source.url));
      expect(bytes.length).toBe(source.sizeBytes);
      expect(bytes.toString('latin1', 0, 4)).toBe('GGUF');
      expect(bytes.includes(speaking.sentences[modelId] ?? '?')).toBe(true);
      sizes.push(Math.round(bytes.length / 2 ** 20));
    }
    expect(sizes).toEqual([2, 8, 24]);
  });
});

describe('the command line', () => {
  it('has a port and a rate that can be watched unless told otherwise', () => {
    expect(parseOptions([])).toEqual({ port: 8090, bytesPerSecond: 2_000_000, help: false });
    expect(parseOptions(['--', '--port', '0', '--rate', 'max'])).toEqual({
      port: 0,
      bytesPerSecond: undefined,
      help: false,
    });
  });

  it.each([
    ['500K', 500_000],
    ['1.5m', 1_500_000],
    ['1000', 1000],
  ])('reads a rate of %s', (rate, expected) => {
    expect(parseOptions(['--rate', rate]).bytesPerSecond).toBe(expected);
  });

  it.each([[['--rate', 'fast']], [['--rate', '0']], [['--port', '70000']], [['--port', 'x']]])(
    'refuses %j',
    (args) => {
      expect(() => parseOptions(args)).toThrow(RangeError);
    },
  );
});
