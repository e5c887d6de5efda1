import { closeSync, existsSync, openSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';

import { describe, expect, it } from 'vitest';

import { commandScene, speakers } from '../../tests/commandScene';

const FULL = '/dev/full';
const CLOSED = 141;

const scene = commandScene();
const { start, ended, run, llama } = scene;

function sizeOf(modelId: string): number | undefined {
  const { models } = speakers.catalog(scene.hub.endpoint);
  const gguf = models.find((model) => model.modelId === modelId)?.ggufSource;
  return gguf?.kind === 'remote' ? gguf.sizeBytes : undefined;
}

describe('when nobody reads the output any more', () => {
  it.each([
    ['--list', { args: ['--list'] }],
    ['--json --list', { args: ['--list', '--json'] }],
    ['--help', { args: ['--help'] }],
    ['models:bench --help', { name: 'benchModels' as const, args: ['--help'] }],
  ])('%s ends without a word', async (_, command) => {
    const child = start(command);
    child.stdout?.destroy();
    expect(await ended(child)).toEqual({ code: CLOSED, out: '', err: '' });
  });

  it('a download stops, keeps its bytes, and says how to go on', async () => {
    scene.hub.faults.push({ match: /gguf/, fault: { bytesPerSecond: 1_000_000 } });
    const args = llama('--json', '--model', 'local-large');
    const child = start({ args: ['--dir', scene.folder, ...args] });
    child.stdout?.once('data', () => child.stdout?.destroy());
    const { code, err } = await ended(child);
    expect(code).toBe(CLOSED);
    expect(err).not.toContain('EPIPE');

    scene.hub.reset();
    const again = await run(llama('--model', 'local-large'));
    expect(again.code).toBe(0);
  });
});

it.skipIf(!existsSync(FULL))(
  'says that the output can’t be written, on a system with /dev/full',
  async () => {
    const out = openSync(FULL, 'w');
    try {
      const { code, err } = await ended(start({ args: ['--list'], out }));
      expect(code).toBe(1);
      expect(err).toMatch(/^The output can’t be written: .*ENOSPC/);
      expect(err.trimEnd().split('\n')).toHaveLength(1);
    } finally {
      closeSync(out);
    }
  },
);

describe('plain output', () => {
  it.each(['--verify', '--repair'])('%s says that nothing is installed', async (task) => {
    const told = await run(llama(task));
    expect(told).toMatchObject({ code: 0, err: '' });
    expect(told.out).toContain(`No model is installed in ${scene.folder}`);
    const events = await run(llama(task, '--json'));
    expect(JSON.parse(events.out)).toEqual({ event: 'nothing-installed', folder: scene.folder });
  });

  it('says once that every byte is checked, of a model of three files', async () => {
    const { code, out } = await run(['--model', 'qwen-3-0.6b']);
    expect(code).toBe(0);
    expect(out.match(/checking every byte/g)).toHaveLength(1);
  });
});

describe('its output', () => {
  it('with --json is one event a line and nothing else', async () => {
    const { code, out, err } = await run(llama('--model', 'local-small', '--json'));
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const events = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string; modelId: string });
    expect(events[0]).toEqual({ event: 'begin', modelId: 'local-small' });
    expect(events.at(-1)).toMatchObject({
      event: 'installed',
      modelId: 'local-small',
      wasHere: false,
      sizeBytes: sizeOf('local-small'),
    });
    expect(events.slice(1, -1).every(({ event }) => event === 'progress')).toBe(true);
  });

  it('with --quiet is nothing when all goes well', async () => {
    expect(await run(llama('--model', 'local-small', '--quiet'))).toEqual({
      code: 0,
      out: '',
      err: '',
    });
  });

  it('has no colours and no cursor movements in a pipe', async () => {
    const { out } = await run(llama('--model', 'local-small'));
    expect(out).toMatch(/^[\x20-\x7e\n]+$/);
  });

  it('shows what a catalog says without letting it draw', async () => {
    const { version, models } = speakers.catalog(scene.hub.endpoint);
    const displayName = 'Evil\u001b[2J\u202e\r100% verified';
    await writeFile(
      scene.catalogFile,
      JSON.stringify({ version, models: models.map((model) => ({ ...model, displayName })) }),
    );
    const { out } = await run(llama('--list'));
    expect(out).toContain('Evil');
    expect(out).toMatch(/^[\x20-\x7e\n]+$/);
  });

  it('reports a catalog that can’t be read and goes on with the registry', async () => {
    await writeFile(scene.catalogFile, '<html>');
    const { code, out, err } = await run(llama('--list'));
    expect(code).toBe(0);
    expect(err).toContain('It is not JSON.');
    expect(out).toContain('qwen-3-0.6b');
  });

  it.each([
    ['an unknown model', ['--model', 'nope'], 'llama-3.2-1b-instruct'],
    ['an unknown option', ['--modle', 'x'], '--modle'],
    ['a runtime that there isn’t', ['--runtime', 'cuda'], 'executorch, llama.cpp'],
    ['two tasks', ['--list', '--verify'], 'exclude each other'],
    ['a folder without a name', ['--dir', ''], '--dir is empty'],
    ['--all with --model', ['--all', '--model', 'qwen-3-4b'], 'exclude each other'],
  ])('for %s is the usage, with 2', async (_, args, words) => {
    const { code, out, err } = await run(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(words);
    expect(scene.hub.log).toEqual([]);
  });

  it('refuses an endpoint that would carry the token in clear', async () => {
    const { code, err } = await run(['--list'], { HF_ENDPOINT: 'http://example.com' });
    expect(code).toBe(2);
    expect(err).toContain('HF_ENDPOINT');
  });
});
