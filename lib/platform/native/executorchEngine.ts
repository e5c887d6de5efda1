/** The engine on phones: ExecuTorch, over files in the models folder. */
import { setTelemetryEnabled } from 'react-native-executorch';
import executorchPackage from 'react-native-executorch/package.json';

import { abortable } from '../../download/abortable';
import { ModelError } from '../../errors';
import type { LlmEngine, LoadedModel } from '../types';
import { createChat } from './executorchChat';
import { loadExecutorch, type OpenModel } from './loadExecutorch';

export function createExecutorchEngine(): LlmEngine {
  // It counts what it downloads, and is never asked to; this is for whoever asks it one day.
  setTelemetryEnabled(false);
  return {
    engineName: 'ExecuTorch',
    engineVersion: executorchPackage.version,
    honoursTopP: false,
    async load(request, { signal } = {}) {
      return createLoadedModel(await loadExecutorch(request, signal));
    },
  };
}

function createLoadedModel(open: OpenModel): LoadedModel {
  const chat = createChat(open);
  let running: AbortController | undefined;
  let ended: Promise<void> | undefined;
  /** The runtime refuses to be asked twice at once. */
  let last: Promise<unknown> = Promise.resolve();

  return {
    facts: open.facts,
    generate(request, onText, signal) {
      const answer = last.then(async () => {
        if (ended) throw new ModelError('GENERATION_FAILED', { reason: 'the model is not loaded' });
        const { controller, release } = abortable(signal);
        running = controller;
        try {
          return await chat.answer(request, onText, controller.signal);
        } finally {
          running = undefined;
          release();
        }
      });
      last = answer.catch(() => undefined);
      return answer;
    },
    unload() {
      // Stopped first: memory that is given back while it is being read ends the app.
      running?.abort();
      ended ??= last.then(() => {
        chat.dispose();
      });
      return ended;
    },
  };
}
