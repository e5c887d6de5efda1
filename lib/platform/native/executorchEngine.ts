/** The engine on phones: ExecuTorch, over files in the models folder. */
import { setTelemetryEnabled } from 'react-native-executorch';
import executorchPackage from 'react-native-executorch/package.json';

import { queueAnswers } from '../shared/queuedModel';
import type { LlmEngine } from '../types';
import { createChat } from './executorchChat';
import { loadExecutorch } from './loadExecutorch';

export function createExecutorchEngine(): LlmEngine {
  // It counts what it downloads, and is never asked to; this is for whoever asks it one day.
  setTelemetryEnabled(false);
  return {
    engineName: 'ExecuTorch',
    engineVersion: executorchPackage.version,
    honoursTopP: false,
    async load(request, { signal } = {}) {
      const open = await loadExecutorch(request, signal);
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
