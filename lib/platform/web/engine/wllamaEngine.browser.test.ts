import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';

import { expectCode } from '../../../../tests/conformance/expectFailure';
import { describeLlmEngine } from '../../../../tests/conformance/llmEngine';
import { SPOKEN_SENTENCE } from '../../../../tests/conformance/spokenSentence';
import { engineHeapBytes, watchEngineHeaps } from '../../../../tests/engineHeaps';
import { systemClock } from '../../shared/systemClock';
import type { LoadedModel } from '../../types';
import { openModelsFolder } from '../files/opfsPaths';
import { createWebHost } from '../webHost';
import { createWllamaEngine } from './wllamaEngine';

const FOLDER = 'engine-test';
const never = new AbortController().signal;

/** Puts bytes into the models folder, as a download would have. */
async function put(fileName: string, bytes: Uint8Array | string) {
  const folder = await (await openModelsFolder()).getDirectoryHandle(FOLDER, { create: true });
  const file = await folder.getFileHandle(fileName, { create: true });
  const writable = await file.createWritable();
  await writable.write(bytes as FileSystemWriteChunkType);
  await writable.close();
  return { ptePath: `${FOLDER}/${fileName}` };
}

async function clear() {
  await (await openModelsFolder()).removeEntry(FOLDER, { recursive: true });
}

const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (each) => each.charCodeAt(0));
const speaking = () => put('demo.gguf', bytesOf(inject('speakingModel')));

describeLlmEngine(
  'a browser',
  async () => {
    const damaged: Record<string, Awaited<ReturnType<typeof put>>> = {};
    for (const [damage, base64] of Object.entries(inject('damagedModels'))) {
      damaged[damage] = await put(`${damage}.gguf`, bytesOf(base64));
    }
    const templated: typeof damaged = {};
    for (const [name, base64] of Object.entries(inject('templatedModels'))) {
      templated[name] = await put(`${name}.gguf`, bytesOf(base64));
    }
    return {
      engine: createWllamaEngine({ clock: systemClock, threads: 1 }),
      speaking: await speaking(),
      looping: await put('loop.gguf', bytesOf(inject('loopingModel'))),
      damaged,
      templated,
      absent: { ptePath: `${FOLDER}/absent.gguf` },
      split: await putSplits(),
      longestContext: 2048,
      dispose: clear,
    };
  },
  { hasSplits: true },
);

async function putSplits() {
  const { whole, wrong } = inject('splitModels');
  const putOne = async (files: typeof whole) => {
    const paths: string[] = [];
    for (const { fileName, base64 } of files) {
      paths.push((await put(fileName, bytesOf(base64))).ptePath);
    }
    const [ptePath = '', ...moreWeightsPaths] = paths;
    return { ptePath, moreWeightsPaths };
  };
  // One folder for all: each set that is wrong has its own prefix, which its names begin with.
  const named = (prefix: string, files: typeof whole) =>
    files.map((file) => ({ ...file, fileName: `${prefix}${file.fileName}` }));
  const putWrong: Record<string, Awaited<ReturnType<typeof putOne>>> = {};
  for (const [index, [problem, files]] of Object.entries(wrong).entries()) {
    putWrong[problem] = await putOne(named(`wrong-${String(index)}-`, files));
  }
  return { whole: await putOne(whole), wrong: putWrong };
}

describe('the engine in a browser', { timeout: 60_000 }, () => {
  it('says that its own file is missing instead of waiting for it', async () => {
    const broken = createWllamaEngine({ clock: systemClock, wasmUrl: '/engine/none.wasm' });
    await expectCode(broken.load({ ...(await speaking()), contextTokens: 512 }), 'APP_INCOMPLETE');
    await clear();
  });

  describe('without 64-bit memory addresses', () => {
    const OwnMemory = WebAssembly.Memory;
    beforeEach(() => {
      WebAssembly.Memory = new Proxy(OwnMemory, {
        construct(target, [descriptor]: [WebAssembly.MemoryDescriptor]) {
          if ('address' in descriptor) throw new TypeError('no address type');
          return new target(descriptor);
        },
      });
    });
    afterEach(async () => {
      WebAssembly.Memory = OwnMemory;
      await clear();
    });

    it('runs its build with 32 bits, and says so', async () => {
      const engine = createWllamaEngine({ clock: systemClock, threads: 1 });
      const model = await engine.load({ ...(await speaking()), contextTokens: 512 });
      expect(await sentenceOf(model)).toBe(SPOKEN_SENTENCE);
      expect(model.facts.backend).toBe('CPU, 1 thread, 32 bits');
      await model.unload();
      const limit = createWebHost().maxModelBytes;
      expect(limit).toBe(2 * 1024 ** 3);
    });

    const lacking = { feature: 'memory64' };
    const absent = { wasmUrl: '/engine/none.wasm', workerUrl: '/engine/compat/wllama.js' };
    it.each([undefined, absent])('says so where that build isn’t served: %o', async (compat) => {
      const engine = createWllamaEngine({ clock: systemClock, compat });
      const loading = engine.load({ ...(await speaking()), contextTokens: 512 });
      await expect(loading).rejects.toMatchObject({ code: 'UNSUPPORTED', details: lacking });
    });
  });

  it('tells what really computed, where the engine finds no graphics processor after all', async () => {
    const canUseGpu = () => Promise.resolve(true);
    const trusting = createWllamaEngine({ clock: systemClock, threads: 1, canUseGpu });
    const model = await trusting.load({ ...(await speaking()), contextTokens: 512 });
    expect(await sentenceOf(model)).toBe(SPOKEN_SENTENCE);
    expect(model.facts.backend).toBe('CPU, 1 thread');
    await model.unload();
    await clear();
  });

  it.each([1, 2])('tells what all of its memory is, with threads: %i', async (threads) => {
    const before = globalThis.Blob;
    watchEngineHeaps();
    const engine = createWllamaEngine({ clock: systemClock, threads });
    const model = await engine.load({ ...(await speaking()), contextTokens: 2048 });
    const heapBytes = await engineHeapBytes();
    await model.unload();
    globalThis.Blob = before;
    await clear();
    expect(heapBytes).toBeGreaterThan(100_000_000);
    expect((model.facts.memoryBytes ?? 0) / heapBytes).toBeCloseTo(1, 1);
  });

  it('runs on several threads where the page is isolated', async () => {
    expect(crossOriginIsolated).toBe(true);
    const threaded = createWllamaEngine({ clock: systemClock, threads: 2 });
    const model = await threaded.load({ ...(await speaking()), contextTokens: 512 });
    expect(await sentenceOf(model)).toBe(SPOKEN_SENTENCE);
    expect(model.facts.backend).toBe('CPU, 2 threads');
    await model.unload();
    await clear();
  });
});

async function sentenceOf(model: LoadedModel): Promise<string> {
  let text = '';
  const request = {
    ...{ messages: [{ role: 'user', content: 'Hi' }] as const, maxTokens: 100 },
    ...{ temperature: 0.7, topP: 0.95, thinking: false },
  };
  await model.generate(request, (piece) => (text += piece), never);
  return text.trim();
}
