import { once } from 'node:events';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';

import { ALL_MODELS } from '../../lib/ai/modelConfig';
import { modelFiles } from '../../lib/ai/registry/modelFiles';
import { parseJournal } from '../../lib/download/journal/journalText';
import { commandScene, elsewhere, speakers } from '../../tests/commandScene';
import { forgottenBytes } from '../../tests/forgottenBytes';
import { parseResolveUrl } from '../../tests/hub/fixtures';
import type { Hub } from '../../tests/hub/server';
import { stagingPlace } from '../../tests/stagingPlace';

const RELEASED = ALL_MODELS.filter(({ available, demo }) => available && !demo);
const TOKEN = 'hf_canaryCANARYcanary';

const scene = commandScene({ tokens: { [TOKEN]: [] } });
const { ended, run, llama } = scene;
let hub: Hub;
let folder: string;
let catalogFile: string;
beforeEach(() => {
  ({ hub, folder, catalogFile } = scene);
});

const start = (args: readonly string[]) => scene.start({ args: ['--dir', scene.folder, ...args] });
const bodies = () => hub.log.filter(({ origin, file }) => origin === 'cdn' && file !== undefined);
const sentBytes = () => bodies().reduce((sum, { bodyBytesSent }) => sum + bodyBytesSent, 0);
const readFrom = (name: string, size: number) =>
  readFile(join(folder, name)).then((bytes) => bytes.subarray(0, size));

describe('download:models', () => {
  it('brings the five models byte for byte, and the second time not one byte', async () => {
    const first = await run(['--all'], { HF_TOKEN: TOKEN });
    expect(first).toMatchObject({ code: 0, err: '' });
    for (const model of RELEASED) {
      for (const { fileName, source } of modelFiles(model, 'executorch')) {
        if (source.kind !== 'remote') throw new Error(fileName);
        const { name, path } = parseResolveUrl(source.url);
        const truth = hub.repos.get(name)?.files[path]?.content;
        const bytes = await readFile(join(folder, model.folderName, fileName));
        expect(bytes.equals(truth?.read(0, truth.sizeBytes) ?? Buffer.alloc(0)), fileName).toBe(
          true,
        );
      }
    }
    const authorized = hub.log.filter(({ headers }) => headers['authorization'] !== undefined);
    expect(authorized.length).toBeGreaterThan(0);
    expect(authorized.every(({ origin }) => origin === 'hub')).toBe(true);
    expect(first.out + first.err).not.toContain(TOKEN);

    hub.reset();
    const second = await run(['--all']);
    expect(second.code).toBe(0);
    // The demo comes with the project, so that the hub has no part in it.
    expect(second.out.match(/already complete/g)).toHaveLength(RELEASED.length + 1);
    expect(hub.log).toEqual([]);
  });

  it('goes on after kill -9, without asking for what is here', async () => {
    const { url, sizeBytes } = source('local-large');
    const child = start(llama('--model', 'local-large', '--quiet'));
    const arrived = await untilPartLanded();
    child.kill('SIGKILL');
    await once(child, 'close');

    const kept = await landedBytes();
    expect(arrived - kept).toBeLessThanOrEqual(UNWRITTEN_BYTES);
    hub.reset();
    const again = await run(llama('--model', 'local-large'));
    expect(again.code).toBe(0);
    expect(sentBytes()).toBe(sizeBytes - kept);
    const { name, path } = parseResolveUrl(url);
    const truth = hub.repos.get(name)?.files[path]?.content.read(0, sizeBytes);
    const bytes = await readFrom('local-large/local-large.gguf', sizeBytes);
    expect(bytes.equals(truth ?? Buffer.alloc(0))).toBe(true);
  });

  it('keeps its bytes on Ctrl-C, says how to go on, and ends with 130', async () => {
    const child = start(llama('--model', 'local-large'));
    const result = ended(child);
    await untilPartLanded();
    child.kill('SIGINT');
    expect(await result).toMatchObject({
      code: 130,
      err: expect.stringContaining('run the same command to go on') as string,
    });
    expect(await landedBytes()).toBeGreaterThan(0);
    const part = join(stagingPlace(folder, 'local-large'), 'local-large.gguf.part');
    expect(await forgottenBytes(part)).toBe(0);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends with 130 on %s while the hub says nothing',
    async (signal) => {
      hub.faults.push({ match: /^\/api\//, fault: { holdHead: true } });
      const child = start(['--all', '--quiet']);
      const result = ended(child);
      await hub.until(({ state }) => state === 'stalled');
      child.kill(signal);
      expect(await result).toMatchObject({ code: 130 });
    },
  );

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'is ended by %s while the address of its catalog says nothing',
    async (signal) => {
      hub.faults.push({ fault: { holdHead: true } });
      const child = start(['--catalog', `${hub.endpoint}/catalog.json`, '--list']);
      const closed = once(child, 'close');
      await hub.until(({ state }) => state === 'stalled');
      child.kill(signal);
      expect(await closed).toEqual([null, signal]);
    },
  );

  it('fails on an empty file whose size nobody has stated', async () => {
    const { url } = source('local-large');
    const { models } = speakers.catalog(hub.endpoint);
    const [model] = models;
    const ggufSource = { kind: 'remote', url: elsewhere(url.replace('/resolve/', '/raw/')) };
    const catalog = { version: 1, models: [{ ...model, ggufSource }] };
    await writeFile(catalogFile, JSON.stringify(catalog));
    hub.faults.push({ fault: { status: 200, body: '' } });
    const child = start(llama('--model', String(model?.modelId), '--quiet'));
    // One that asks for ever would outlive the test.
    onTestFinished(() => void child.kill('SIGKILL'));
    const { code, err } = await ended(child);
    expect(code).toBe(1);
    expect(err).toContain('FILE_EMPTY');
  });

  it('stays under --limit-rate', async () => {
    const startedAtMs = performance.now();
    const { code } = await run(llama('--model', 'local-small', '--limit-rate', '2M'));
    expect(code).toBe(0);
    // Three quarters of what 2.4 MB take at that rate: what the first reads bring isn't waited for.
    expect(performance.now() - startedAtMs).toBeGreaterThan(900);
  });

  it('repairs a model by fetching the block that is damaged, and only that', async () => {
    await run(llama('--model', 'local-large', '--quiet'));
    const file = join(folder, 'local-large/local-large.gguf');
    const whole = await readFile(file);
    const damaged = Buffer.from(whole);
    damaged[9 * 1024 * 1024] = (damaged[9 * 1024 * 1024] ?? 0) ^ 1;
    await writeFile(file, damaged);
    expect((await run(llama('--verify'))).code).toBe(1);

    hub.reset();
    expect(await run(llama('--repair', '--quiet'))).toMatchObject({ code: 0, err: '' });
    expect(sentBytes()).toBe(8 * 1024 * 1024);
    expect((await readFile(file)).equals(whole)).toBe(true);
  });

  it('fails with 1 for a wrong digest, keeps nothing of it, and still tries the others', async () => {
    hub.faults.push({ match: /local-medium/, origin: 'cdn', fault: { flipBitsAt: [5_000_000] } });
    const ids = ['local-medium', 'local-small'].flatMap((id) => ['--model', id]);
    const result = await run(llama(...ids));
    expect(result.code).toBe(1);
    expect(result.err).toContain('HASH_MISMATCH');
    expect(result.err).toContain('1 done, 1 failed: local-medium');
    expect(await readdir(join(folder, 'local-small'))).toContain('model.json');
    expect(await readdir(join(folder, '.staging/local-medium'))).toEqual(['plan.json']);
  });

  it('lets two runs at once transfer a model once', async () => {
    const args = llama('--model', 'local-medium');
    const results = await Promise.all([run(args), run(args)]);
    expect(results.map(({ code }) => code)).toEqual([0, 0]);
    expect(sentBytes()).toBe(source('local-medium').sizeBytes);
  });

  it('removes a model, and verifies what is there', async () => {
    await run(llama('--model', 'local-small', '--quiet'));
    const verified = await run(llama('--verify'));
    expect(verified).toMatchObject({ code: 0, err: '' });
    expect(verified.out).toContain('local-small: every byte is as it was installed');
    const bytes = await readFile(join(folder, 'local-small/local-small.gguf'));
    bytes[1000] = (bytes[1000] ?? 0) ^ 1;
    await writeFile(join(folder, 'local-small/local-small.gguf'), bytes);
    expect((await run(llama('--verify'))).code).toBe(1);
    expect((await run(llama('--remove', 'local-small'))).out).toContain('removed, 2.4 MB freed');
    expect(await readdir(folder)).not.toContain('local-small');
  });
});

function source(modelId: string): { url: string; sizeBytes: number } {
  const { models } = speakers.catalog(hub.endpoint);
  const gguf = models.find((model) => model.modelId === modelId)?.ggufSource;
  if (gguf?.kind !== 'remote' || gguf.sizeBytes === undefined) throw new Error(modelId);
  return { url: gguf.url, sizeBytes: gguf.sizeBytes };
}

/** What a kill may cost of what was written. */
const UNWRITTEN_BYTES = 1024 * 1024;

/** Lets three pieces through and no more; resolves with their bytes once they are on the disk. */
async function untilPartLanded(): Promise<number> {
  hub.faults.push({ origin: 'cdn', skip: 3, fault: { stallAfter: 0 } });
  await hub.until(({ state }) => state === 'stalled');
  const isThrough = () => bodies().filter(({ state }) => state === 'sent').length === 3;
  while (!isThrough() || (await landedBytes()) < sentBytes() - UNWRITTEN_BYTES) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
  return sentBytes();
}

async function landedBytes(): Promise<number> {
  const journal = join(stagingPlace(folder, 'local-large'), 'local-large.gguf.part.journal');
  const text = await readFile(journal, 'utf8').catch(() => '');
  const landed = parseJournal(text)?.written ?? [];
  return landed.reduce((sum, { startBytes, endBytes }) => sum + endBytes - startBytes, 0);
}
