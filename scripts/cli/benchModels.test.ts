import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { buildTinyDemo } from '../demoModel/tinyDemo';
import { ended, startCommand, type CommandName } from '../../tests/command';
import { templatedModel } from '../../tests/conformance/templatedModels';
import { childrenOf, isAlive, until } from '../../tests/processes';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelshelf-bench-'));
  const args = ['--runtime', 'llama.cpp', '--model', 'tiny-demo', '--quiet'];
  expect(await ended(start('downloadModels', args))).toMatchObject({ code: 0, err: '' });
});
afterAll(() => rm(folder, { recursive: true }));

const start = (name: CommandName, args: readonly string[]) =>
  startCommand(name, ['--dir', folder, ...args]);

const bench = (...args: string[]) => start('benchModels', args);
const run = (...args: string[]) => ended(bench(...args));

/** Another file under the demo's name, of which its record knows the size. */
async function putInPlace(bytes: Uint8Array): Promise<void> {
  const place = join(folder, 'tiny-demo');
  const record = await readFile(join(place, 'model.json'), 'utf8');
  const sizeBytes = `"sizeBytes": ${String(bytes.length)}`;
  await writeFile(join(place, 'model.json'), record.replace(/"sizeBytes": ?\d+/, sizeBytes));
  await writeFile(join(place, 'tiny-demo.gguf'), bytes);
}

describe('models:bench', { timeout: 60_000 }, () => {
  it('measures an installed model and prints a table', async () => {
    const { code, out, err } = await run('--model', 'tiny-demo');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('tiny-demo\n  node-llama-cpp 3.');
    expect(out).toContain('medians of 3 runs');
    for (const row of ['load', 'first token', 'reading', 'writing', 'memory']) {
      expect(out).toMatch(new RegExp(`^  ${row} +[\\d.,]+ (ms|s|tokens/s|MB)$`, 'm'));
    }
  });

  it('says what is wrong with a chat template, and measures in another format', async () => {
    await putInPlace(templatedModel('unreadable'));
    const { code, err } = await run('--model', 'tiny-demo', '--runs', '1');
    expect(code).toBe(1);
    expect(err).toContain('The model’s chat template can’t be used.');
    expect(err).toContain('Try --format gemma.');
    const other = await run('--model', 'tiny-demo', '--runs', '1', '--format', 'gemma');
    expect(other).toMatchObject({ code: 0, err: '' });
    await putInPlace(buildTinyDemo());
    expect((await run('--model', 'tiny-demo', '--format', 'mine')).code).toBe(2);
  });

  it('with --json is one document and nothing else', async () => {
    const { code, out, err } = await run('--model', 'tiny-demo', '--json', '--runs', '1');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(JSON.parse(out)).toMatchObject({
      ...{ modelId: 'tiny-demo', kind: 'full', runs: 1, engineName: 'node-llama-cpp' },
      backend: expect.stringMatching(/^CPU, \d+ threads?$/),
      loadMs: expect.any(Number),
      promptTokens: expect.any(Number),
      tokensPerSecond: expect.any(Number),
      memoryBytes: expect.any(Number),
    });
  });

  it('says what to do when the model isn’t installed, with 1', async () => {
    const { code, out, err } = await run('--model', 'qwen-3-0.6b');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('pnpm download:models --runtime llama.cpp --model qwen-3-0.6b');
  });

  it('says why a damaged model can’t be measured, with 1', async () => {
    const damaged = await mkdtemp(join(tmpdir(), 'modelshelf-bench-'));
    await ended(start('downloadModels', [...llamaInto(damaged), '--quiet']));
    const file = join(damaged, 'tiny-demo/tiny-demo.gguf');
    await writeFile(file, Buffer.alloc((await stat(file)).size));
    const { code, err } = await run('--model', 'tiny-demo', '--dir', damaged);
    expect(code).toBe(1);
    expect(err).toContain('it is no GGUF file');
    await rm(damaged, { recursive: true });
  });

  it('ends on Ctrl-C with 130, and its engine with it', async () => {
    const child = bench('--model', 'tiny-demo', '--runs', '100');
    const result = ended(child);
    const { pid = 0 } = child;
    const engines = () => childrenOf(pid, 'llamaChild');
    await until(() => engines().length > 0);
    const started = engines();
    child.kill('SIGINT');
    expect(await result).toMatchObject({ code: 130, out: '' });
    expect(started.some(isAlive)).toBe(false);
  });

  it.each([
    ['no model', [], '--model'],
    ['an unknown model', ['--model', 'nope'], 'tiny-demo'],
    ['an unknown option', ['--modle', 'x'], '--modle'],
    ['a runtime of phones', ['--model', 'tiny-demo', '--runtime', 'executorch'], 'llama.cpp'],
    ['no runs', ['--model', 'tiny-demo', '--runs', '0'], '--runs'],
  ])('for %s is the usage, with 2', async (_, args, words) => {
    const { code, out, err } = await run(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(words);
  });

  it('tells its options', async () => {
    expect(await run('--help')).toMatchObject({
      code: 0,
      out: expect.stringContaining('--runs N'),
    });
  });
});

function llamaInto(models: string): string[] {
  return ['--runtime', 'llama.cpp', '--model', 'tiny-demo', '--dir', models];
}
