/** An engine that says what the test scripted, word by word. */
import { ModelError } from '../../errors';
import type { LlmEngine } from '../types';
import type { MemoryDisk } from './memoryDisk';

export interface EngineScript {
  /** The answer to everything. */
  answer: string;
  /** Awaited before each piece of the answer, so that a test can stop in the middle. */
  beforeToken: (index: number) => Promise<void>;
  loadFailure: ModelError | undefined;
  generateFailure: ModelError | undefined;
}

export function createEngineScript(answer = 'Hello from memory.'): EngineScript {
  return {
    answer,
    beforeToken: () => Promise.resolve(),
    loadFailure: undefined,
    generateFailure: undefined,
  };
}

/** An engine whose loaded model has to lie on `disk`. */
export function createMemoryEngine(disk: MemoryDisk, script: EngineScript): LlmEngine {
  let loadedPath: string | undefined;

  return {
    async load({ ptePath }, signal) {
      loadedPath = undefined;
      await Promise.resolve();
      signal?.throwIfAborted();
      if (script.loadFailure) throw script.loadFailure;
      if (!disk.files.has(ptePath)) {
        throw new ModelError('LOAD_FAILED', { path: ptePath, reason: 'no such file' });
      }
      loadedPath = ptePath;
    },

    async generate({ messages, maxTokens }, onText, signal) {
      if (loadedPath === undefined) {
        throw new ModelError('GENERATION_FAILED', { reason: 'nothing is loaded' });
      }
      const words = script.answer.match(/\S+\s*/g) ?? [];
      const spoken = words.slice(0, maxTokens);
      for (const [index, word] of spoken.entries()) {
        signal.throwIfAborted();
        await script.beforeToken(index);
        signal.throwIfAborted();
        if (script.generateFailure) throw script.generateFailure;
        onText(word);
      }
      return {
        promptTokens: messages.length,
        generatedTokens: spoken.length,
        timeToFirstTokenMs: 100,
        tokensPerSecond: spoken.length > 1 ? 20 : 0,
        finishReason: spoken.length < words.length ? 'length' : 'stop',
      };
    },

    async unload() {
      await Promise.resolve();
      loadedPath = undefined;
    },
  };
}
