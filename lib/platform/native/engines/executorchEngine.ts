/** The engine on phones: ExecuTorch, for files in the models folder. */
import { queueAnswers } from '../../shared/queuedModel';
import type { LlmEngine } from '../../types';
import { createChat } from './executorchChat';
import { loadExecutorch, type ExecutorchPackage } from './loadExecutorch';

export interface ExecutorchParts {
  executorch: ExecutorchPackage;
  version: string;
}

export function createExecutorchEngine({ executorch, version }: ExecutorchParts): LlmEngine {
  // The package reports its own downloads. This app doesn't use them; turned off in case later code does.
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
        // A session that couldn't be restarted is opened anew with the next answer.
        isBroken: () => false,
        // Waits for `idle`, because the app crashes when memory is freed while it is being read.
        end: (idle) => idle.then(() => chat.dispose()),
      });
    },
  };
}
