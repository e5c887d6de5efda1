import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { writeGguf } from '../../../../scripts/demoModel/gguf';
import {
  buildSpeakingModel,
  describeSpeakingModel,
} from '../../../../scripts/demoModel/speakingModel';
import { damagedModels } from '../../../../tests/conformance/damagedModels';
import { rejectionOf } from '../../../../tests/conformance/expectFailure';
import { compiledEngine } from '../../../../tests/command';
import { describeLlmEngine } from '../../../../tests/conformance/llmEngine';
import { SPOKEN_SENTENCE } from '../../../../tests/conformance/spokenSentence';
import { putSplitModels, splitModels } from '../../../../tests/conformance/splitModels';
import { TEMPLATED, templatedModel } from '../../../../tests/conformance/templatedModels';
import type { TemplatedName } from '../../../../tests/conformance/templatedModels';
import { childrenOf, isAlive, until } from '../../../../tests/processes';
import { systemClock } from '../../shared/systemClock';
import { createNodeEngine } from './nodeEngine';
import type { NodeEngine } from './nodeEngine';

const program = compiledEngine();

describeLlmEngine(
  'node',
  async () => {
    const root = await mkdtemp(join(tmpdir(), 'modelshelf-engine-'));
    const engine = createNodeEngine({ root, clock: systemClock, threads: 1, program });
    const put = async (fileName: string, bytes: Uint8Array) => {
      await mkdir(dirname(join(root, fileName)), { recursive: true });
      await writeFile(join(root, fileName), bytes);
      return { ptePath: fileName };
    };
    const build = (loop: boolean) => buildSpeakingModel({ sentence: SPOKEN_SENTENCE, loop });
    const damaged: Record<string, Awaited<ReturnType<typeof put>>> = {};
    for (const [damage, bytes] of Object.entries(damagedModels())) {
      damaged[damage] = await put(`${damage}.gguf`, bytes);
    }
    const templated: typeof damaged = {};
    for (const name of Object.keys(TEMPLATED) as TemplatedName[]) {
      templated[name] = await put(`${name}.gguf`, templatedModel(name));
    }
    return {
      engine,
      speaking: await put('demo.gguf', build(false)),
      looping: await put('loop.gguf', build(true)),
      damaged,
      templated,
      absent: { ptePath: 'absent.gguf' },
      split: await putSplitModels(splitModels(), put),
      longestContext: 2048,
      async dispose() {
        await engine.close();
        await rm(root, { recursive: true });
      },
    };
  },
  { hasSplits: true },
);

describe('the engine’s processes', { timeout: 60_000 }, () => {
  const question = {
    ...{ messages: [{ role: 'user', content: 'Hi' }] as const, maxTokens: 10_000 },
    ...{ temperature: 0, topP: 1, thinking: false },
  };
  const looping = { ptePath: 'loop.gguf', contextTokens: 2048 };
  const never = new AbortController().signal;
  let root: string;
  let engine: NodeEngine;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'modelshelf-engine-'));
    engine = createNodeEngine({ root, clock: systemClock, threads: 1, program });
    const model = describeSpeakingModel({ sentence: SPOKEN_SENTENCE, loop: true });
    await writeFile(join(root, 'loop.gguf'), writeGguf(model));
    // Its template asks for ten thousand million turns before it says anything.
    const endless =
      '{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}';
    const metadata = new Map(model.metadata).set('tokenizer.chat_template', {
      type: 'string',
      value: endless,
    });
    await writeFile(join(root, 'endless.gguf'), writeGguf({ ...model, metadata }));
  });
  afterAll(async () => {
    await engine.close();
    await rm(root, { recursive: true });
  });

  it('make a failed answer of a crash, and of what is asked later; others go on', async () => {
    const other = await engine.load(looping);
    const before = enginesOf(process.pid);
    const model = await engine.load(looping);
    const [crashing = 0] = enginesOf(process.pid).filter((pid) => !before.includes(pid));
    const crash = () => process.kill(crashing, 'SIGABRT');
    const failure = await rejectionOf(model.generate(question, crash, never));
    expect(failure).toMatchObject({
      code: 'GENERATION_FAILED',
      details: { reason: expect.stringContaining('SIGABRT') },
    });
    const later = await rejectionOf(model.generate(question, () => undefined, never));
    expect(later).toMatchObject({ code: 'GENERATION_FAILED' });
    const { finishReason } = await other.generate(
      { ...question, maxTokens: 3 },
      () => undefined,
      never,
    );
    expect(finishReason).toBe('length');
  });

  it('read a model behind a link that somebody made in its place', async () => {
    await symlink(root, join(root, 'linked'));
    const model = await engine.load({ ...looping, ptePath: 'linked/loop.gguf' });
    expect(model.facts.contextTokens).toBe(2048);
    await model.unload();
  });

  it('make a failed load of a crash', async () => {
    const before = enginesOf(process.pid);
    const loading = rejectionOf(engine.load(looping));
    const started = () => enginesOf(process.pid).filter((pid) => !before.includes(pid));
    await until(() => started().length > 0);
    for (const pid of started()) process.kill(pid, 'SIGKILL');
    const failure = await loading;
    expect(failure).toMatchObject({
      code: 'LOAD_FAILED',
      details: { path: 'loop.gguf', reason: expect.stringContaining('SIGKILL') },
    });
  });

  it('are gone when their model is unloaded, when a load is called off, and when the engine is closed', async () => {
    const before = enginesOf(process.pid);
    const model = await engine.load(looping);
    expect(enginesOf(process.pid).length).toBe(before.length + 1);
    await model.unload();
    expect(enginesOf(process.pid)).toEqual(before);
    const stopping = new AbortController();
    const loading = engine.load(looping, { signal: stopping.signal });
    await until(() => enginesOf(process.pid).length > before.length);
    stopping.abort();
    await rejectionOf(loading);
    expect(enginesOf(process.pid)).toEqual(before);
    const short = createNodeEngine({ root, clock: systemClock, program });
    await short.load(looping);
    await short.close();
    expect(enginesOf(process.pid)).toEqual(before);
  });

  it('are gone when their model is unloaded while its template never ends', async () => {
    const before = enginesOf(process.pid);
    const model = await engine.load({ ...looping, ptePath: 'endless.gguf' });
    const answer = rejectionOf(model.generate(question, () => undefined, never));
    await model.unload();
    expect(await answer).toMatchObject({ name: 'AbortError' });
    expect(enginesOf(process.pid)).toEqual(before);
  });

  it.each([
    ['idle', 'loop.gguf', ''],
    ['answering', 'loop.gguf', 'generate'],
    ['in a template that never ends', 'endless.gguf', 'generate'],
  ])('die with their parent when that is killed while they are %s', async (_, ptePath, then) => {
    const script = `
      import { createNodeEngine } from ${JSON.stringify(import.meta.resolve('./nodeEngine.ts'))};
      import { systemClock } from ${JSON.stringify(import.meta.resolve('../../shared/systemClock.ts'))};
      const engine = createNodeEngine({ root: ${JSON.stringify(root)}, clock: systemClock });
      const model = await engine.load({ ptePath: '${ptePath}', contextTokens: 2048 });
      const question = ${JSON.stringify(question)};
      if ('${then}') void model.generate(question, () => undefined, new AbortController().signal);
      console.log('loaded');`;
    const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
    const parent = spawn(process.execPath, [
      ...['--import', loader, '--input-type=module', '--eval', script],
    ]);
    await once(parent.stdout, 'data');
    const children = enginesOf(parent.pid ?? 0);
    expect(children.length).toBeGreaterThan(0);
    parent.kill('SIGKILL');
    await until(() => !children.some(isAlive));
  });
});

function enginesOf(parent: number): number[] {
  return childrenOf(parent, 'llamaChild');
}
