/** The engine on phones: ExecuTorch, over files in the models folder. */
import { queueAnswers } from '../../shared/queuedModel';
import type { LlmEngine } from '../../types';
import { createChat } from './executorchChat';
import { loadExecutorch, type ExecutorchPackage } from './loadExecutorch';

export interface ExecutorchParts {
  executorch: ExecutorchPackage;
  version: string;
}

export function createExecutorchEngine({ executorch, version }: ExecutorchParts): LlmEngine {
  // It counts what it downloads, and is never asked to; this is for whoever asks it one day.
  executorch.setTelemetryEnabled(false);
  return {
    engineName: 'ExecuTorch',
    engineVersion: version,
    honoursTopP: false,
    async load(request, { signal } = {}) {
      const open = await loadExecutorch(executorch, request, signal);
      const chat = createChat(open);
      return queueAnswers({
        facts: open.facts,
        answer: chat.answer,
        // A session that can't be begun again is begun anew with the next answer.
        isBroken: () => false,
        // Memory that is given back while it is being read ends the app.
        end: (idle) => idle.then(() => chat.dispose()),
      });
    },
  };
}
