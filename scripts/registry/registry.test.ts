/** The registry's files as a hub states them: the local one, whose files are small stand-ins with digests of their own. */
import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { noiseContent, wholeOf } from '../../tests/hub/content';
import { parseResolveUrl, registryRepos } from '../../tests/hub/fixtures';
import type { HubRepo } from '../../tests/hub/repos';
import { startHub, type Hub } from '../../tests/hub/server';
import { ALL_MODELS, type LlmModelConfig } from '../../lib/ai/modelConfig';
import { PINNED_FILES } from '../../lib/ai/registry/pinnedFiles';
import { buildsOf, withBuilds } from '../../lib/ai/runtimes/notation';
import { createReporter } from '../cli/reporter';
import { PROJECT_ROOT } from '../build/projectRoot';
import { withHubTools } from '../shelf/hubTools';
import { askHubFacts, differs, isPinned, type RegistryFile } from './askHubFacts';
import { pinnedText } from './pinnedText';

const run = promisify(execFile);

let hub: Hub;
let folder: string;
let facts: RegistryFile[];
beforeAll(async () => {
  hub = await startHub({ repos: [...registryRepos(), ...ggufRepos()] });
  folder = await mkdtemp(join(tmpdir(), 'modelshelf-registry-'));
  facts = await ask(ALL_MODELS);
});
afterAll(async () => {
  await hub.close();
  await rm(folder, { recursive: true });
});

/** Small stand-ins of the GGUF files, at the commits that the registry names. */
function ggufRepos(): HubRepo[] {
  return ALL_MODELS.flatMap(({ ggufSource }) => {
    if (ggufSource.kind !== 'remote') return [];
    const { name, path } = parseResolveUrl(ggufSource.url);
    const [, commit = ''] = /\/resolve\/([0-9a-f]{40})\//.exec(ggufSource.url) ?? [];
    return [
      { name, commit, files: { [path]: { lfs: true, content: noiseContent(path, 40_000) } } },
    ];
  });
}

async function ask(models: readonly LlmModelConfig[]): Promise<RegistryFile[]> {
  const before = process.env.HF_ENDPOINT;
  process.env.HF_ENDPOINT = hub.endpoint;
  const reporter = await createReporter('quiet', {
    ...{ out: process.stdout, err: process.stderr, colours: false },
  });
  try {
    return await withHubTools({ proxy: undefined }, reporter, (tools, signal) =>
      askHubFacts(tools, models, signal),
    );
  } finally {
    if (before === undefined) Reflect.deleteProperty(process.env, 'HF_ENDPOINT');
    else process.env.HF_ENDPOINT = before;
  }
}

function truthOf(url: string) {
  const { name, path } = parseResolveUrl(url);
  const content = hub.repos.get(name)?.files[path]?.content;
  if (!content) throw new Error(url);
  const bytes = Buffer.from(wholeOf(content));
  return { sizeBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

it('finds size and digest of every remote file, also of those for phones and of small ones in git', () => {
  const remote = ALL_MODELS.flatMap((model) =>
    buildsOf(model).flatMap(({ files }) => files),
  ).flatMap(({ source }) => (source.kind === 'remote' ? source.url : []));
  expect(new Set(facts.map(({ url }) => url))).toEqual(new Set(remote));
  for (const { url, hub: stated } of facts) expect(stated, url).toEqual(truthOf(url));
});

it('differs where the registry states another file, and only there', () => {
  const pinned = facts.filter(isPinned);
  expect(pinned.length).toBeGreaterThan(0);
  expect(facts.filter(differs).map(({ fileName }) => fileName)).toEqual(
    pinned.map(({ fileName }) => fileName),
  );
  expect(facts.filter((file) => !isPinned(file)).length).toBeGreaterThan(0);
});

it('agrees with a registry that was pinned from this hub, until one file there changes', async () => {
  const known = new Map(facts.map(({ url, hub: stated }) => [url, stated]));
  const pinned = ALL_MODELS.map((model) => pinnedModel(model, known));
  expect((await ask(pinned)).filter((file) => differs(file) || !isPinned(file))).toEqual([]);
  const [first] = known.keys();
  known.set(first ?? '', { sizeBytes: 5, sha256: 'f'.repeat(64) });
  const changed = ALL_MODELS.map((model) => pinnedModel(model, known));
  expect((await ask(changed)).filter(differs).map(({ url }) => url)).toEqual([first]);
});

function pinnedModel(
  model: LlmModelConfig,
  known: ReadonlyMap<string, { sizeBytes: number | undefined; sha256: string | undefined }>,
): LlmModelConfig {
  const builds = buildsOf(model).map((build) => ({
    ...build,
    files: build.files.map((file) => {
      const { source } = file;
      const stated = source.kind === 'remote' ? known.get(source.url) : undefined;
      if (source.kind !== 'remote' || !stated) return file;
      const { sizeBytes = 0, sha256 = '' } = stated;
      return { ...file, source: { ...source, sizeBytes, sha256 } };
    }),
  }));
  return withBuilds(model, builds);
}

it('writes a module with the facts in one order, and leaves out what nobody states', async () => {
  const pins = facts.map(({ url, hub: stated }) => ({ url, ...stated }));
  const text = await pinnedText([...pins, { url: 'https://x', sizeBytes: 1, sha256: undefined }]);
  expect(await pinnedText([...pins].reverse())).toBe(text);
  for (const { url, sha256 } of pins) {
    expect(text).toContain(`'${url}'`);
    expect(text).toContain(`'${sha256 ?? ''}'`);
  }
  expect(text).not.toContain('https://x');
  expect(await readFile(join(PROJECT_ROOT, 'lib/ai/registry/pinnedFiles.ts'), 'utf8')).toBe(
    await pinnedText(Object.entries(PINNED_FILES).map(([url, had]) => ({ url, ...had }))),
  );
});

it.each(['pin', 'check'])('%s fails and writes nothing where the hub differs', async (task) => {
  const out = join(folder, 'pins.ts');
  const args = [
    '--import',
    'tsx',
    join(PROJECT_ROOT, 'scripts/registry/main.ts'),
    task,
    '--out',
    out,
  ];
  const env = { ...process.env, HF_ENDPOINT: hub.endpoint };
  const failure = await run(process.execPath, args, { env, cwd: PROJECT_ROOT }).then(
    () => undefined,
    (error: unknown) => error as { code: number; stderr: string },
  );
  expect(failure?.code).toBe(1);
  expect(failure?.stderr).toContain('Qwen3-0.6B-Q8_0.gguf differs.');
  await expect(readFile(out)).rejects.toMatchObject({ code: 'ENOENT' });
});
