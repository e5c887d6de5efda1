/** A session over an engine that waits for the test, and breaks when two calls overlap. */
import type { LlmModelConfig } from '../lib/ai/modelConfig';
import { Qwen3_0_6B, TinyDemo } from '../lib/ai/modelConfig';
import type { GenerateRequest, GenerationStats, LlmEngine } from '../lib/platform/types';
import { createTestSession } from './llmFixture';
import type { SessionOptions } from './llmFixture';

export const STATS: GenerationStats = {
  promptTokens: 3,
  generatedTokens: 2,
  timeToFirstTokenMs: 10,
  prefillTokensPerSecond: 100,
  tokensPerSecond: 20,
  finishReason: 'stop',
};
export const REQUEST: GenerateRequest = {
  messages: [],
  maxTokens: 8,
  temperature: 0,
  topP: 1,
  thinking: false,
};

/** An engine that waits for the test, and breaks when two calls overlap. A deaf one doesn't hear an abort. */
function scriptedEngine(deaf: boolean) {
  const calls: string[] = [];
  const gates: { open(): void; fail(error: Error): void }[] = [];
  let busy = false;

  async function exclusively(name: string, signal?: AbortSignal): Promise<void> {
    if (busy) throw new Error(`${name} overlaps`);
    busy = true;
    calls.push(name);
    try {
      await new Promise<void>((resolve, reject) => {
        const abort = () => {
          reject(Object.assign(new Error('aborted'), { name: 'AbortError' }));
        };
        gates.push({ open: resolve, fail: reject });
        if (!deaf) signal?.addEventListener('abort', abort);
      });
    } finally {
      busy = false;
    }
  }

  const engine: LlmEngine = {
    engineName: 'scripted',
    engineVersion: '1',
    honoursTopP: true,
    async load({ ptePath, contextTokens }, { onProgress, signal } = {}) {
      onProgress?.(0.5);
      await exclusively(`load ${ptePath}`, signal);
      return {
        facts: { contextTokens, backend: 'script', memoryBytes: undefined },
        async generate(_request, onText, answerSignal) {
          onText('Hel', 'answer');
          await exclusively('generate', answerSignal);
          onText('lo', 'answer');
          return STATS;
        },
        async unload() {
          if (busy) throw new Error('unload overlaps');
          calls.push(`unload ${ptePath}`);
          return Promise.resolve();
        },
      };
    },
  };
  return { engine, calls, gates };
}

export const tinyPath = `${TinyDemo.folderName}/${TinyDemo.ggufFileName}`;
export const qwenPath = `${Qwen3_0_6B.folderName}/${Qwen3_0_6B.ggufFileName}`;
const GB = 1_000_000_000;

/** A device that doesn't tell its memory, so that one model is as much as fits, unless `totalBytes` says otherwise. */
export async function beginSession({
  deaf = false,
  ...options
}: Partial<SessionOptions> & { deaf?: boolean } = {}) {
  const scripted = scriptedEngine(deaf);
  const { session } = await createTestSession({ engine: scripted.engine, ...options });
  const reached = (kind: string) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (session.getSnapshot().status.kind === kind) resolve();
      };
      session.subscribe(look);
      look();
    });
  const load = async (config: LlmModelConfig) => {
    const loading = session.load(config);
    await settle();
    scripted.gates.at(-1)?.open();
    await loading;
  };
  return { ...scripted, session, reached, load };
}

/** Room for two of these, not for three. */
export const ROOMY = { totalBytes: 5 * GB, weightsBytesOf: () => GB - 300_000_000 };

/** Until everything that can happen without the engine has happened. */
export const settle = () => new Promise((resolve) => setImmediate(resolve));
