/** Runs in a browser: our layer over wllama, wllama alone, and how fast a session over ours obeys. */
import { Wllama } from '@wllama/wllama/esm/index.js';
import { systemClock } from '../../../lib/platform/shared/systemClock';
import { openModelsFolder } from '../../../lib/platform/web/files/opfsPaths';
import { createWllamaEngine } from '../../../lib/platform/web/engine/wllamaEngine';
import { questionOf, requestOf, takeTurns, timeAnswer } from '../engine/cost';
import type { EngineResults } from '../engine/cost';
import { CONTEXT_TOKENS, MODEL_FILES, obey } from '../engine/obey';
import { watchPage } from './watchPage';

export interface PageBenchOptions {
  runs: number;
  threads: number;
}

declare global {
  var benchEngine: (options: PageBenchOptions) => Promise<EngineResults>;
}

/** Of the engine in a browser. */
const BATCH_TOKENS = 64;

const WASM_URL = '/engine/wllama.wasm';

globalThis.benchEngine = async ({ runs, threads }) => {
  const bytes = await (await fetch('/noise.gguf')).blob();
  for (const path of MODEL_FILES) await put(path, bytes);
  const engine = createWllamaEngine({ clock: systemClock, wasmUrl: WASM_URL, threads });
  const model = await engine.load({ ptePath: MODEL_FILES[0], contextTokens: CONTEXT_TOKENS });
  const raw = new Wllama({ default: WASM_URL }, { suppressNativeLog: true });
  raw.setCompat(null);
  await raw.loadModel([bytes], {
    ...{ n_ctx: CONTEXT_TOKENS, n_threads: threads, n_parallel: 1, n_gpu_layers: 0 },
  });
  const { signal } = new AbortController();
  const pairs = await takeTurns(runs, {
    ours: (run) =>
      timeAnswer((onText) => model.generate(requestOf(questionOf(run)), onText, signal)),
    raw: (run) => timeAnswer((onText) => sayRaw(raw, questionOf(run), onText)),
  });
  await raw.exit();
  await model.unload();
  const obedience = await obey(engine, { runs, batchTokens: BATCH_TOKENS, watch });
  return { pairs, obedience, backend: model.facts.backend };
};

async function sayRaw(raw: Wllama, question: string, onText: () => void): Promise<void> {
  const { messages, maxTokens } = requestOf(question);
  await raw.createChatCompletion({
    messages: [...messages],
    ...{ max_tokens: maxTokens, temperature: 0, stream: true as const },
    onData: ({ choices }) => {
      if ((choices[0]?.delta.content ?? '') !== '') onText();
    },
  });
}

async function put(path: string, bytes: Blob): Promise<void> {
  const [folderName = '', fileName = ''] = path.split('/');
  const folder = await (await openModelsFolder()).getDirectoryHandle(folderName, { create: true });
  const file = await folder.getFileHandle(fileName, { create: true });
  await bytes.stream().pipeTo(await file.createWritable());
}

function watch(): () => Promise<number> {
  const stop = watchPage();
  return async () => (await stop()).frameGapMs;
}
