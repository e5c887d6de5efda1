/** The page's side of one model's chat template: prompts come from a worker, or it is said in time that they don't. */
import { ModelError } from '../../errors';
import type { TemplateParts } from '../chatTemplate';
import { suggestFormat } from '../promptFormats';
import type { Clock, GenerateRequest } from '../types';
import type { TemplateWorkerMethods, WrittenPrompt } from './templateWorker';
import { connectWorker } from './workerCalls';

export interface PromptWriter {
  /** @throws ModelError TEMPLATE_INVALID, also of a template that comes to no end; the signal's reason at once */
  write(
    request: Pick<GenerateRequest, 'messages' | 'thinking'>,
    signal: AbortSignal,
  ): Promise<WrittenPrompt>;
  close(): void;
}

/** A template that does its work takes some milliseconds. */
const LONGEST_MS = 10_000;

export function createPromptWriter(
  parts: TemplateParts,
  clock: Clock,
  workerUrl = '/workers/template.js',
): PromptWriter {
  const worker = connectWorker<TemplateWorkerMethods>(workerUrl);
  let endless: ModelError | undefined;
  const opened = worker.call('open', parts);
  // Whoever writes hears of it.
  opened.catch(() => undefined);

  function giveUp(): void {
    const reason = 'It came to no end.';
    endless = new ModelError('TEMPLATE_INVALID', { reason, suggested: suggestFormat(parts) });
    worker.close();
  }

  return {
    async write({ messages, thinking }, signal) {
      if (endless) throw endless;
      const stopWaiting = clock.after(LONGEST_MS, giveUp);
      const written = opened.then(() => worker.call('write', { messages, thinking }));
      try {
        return await Promise.race([written, rejectOnAbort(signal)]);
      } catch (error) {
        throw endless ?? error;
      } finally {
        written.catch(() => undefined);
        stopWaiting();
      }
    },
    close: () => {
      worker.close();
    },
  };
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = () => {
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', abort, { once: true });
  });
}
