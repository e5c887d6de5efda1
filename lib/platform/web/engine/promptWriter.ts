/**
 * The page's side of one model's chat template: a worker writes the prompts, and a time limit stops an endless
 * template.
 */
import { ModelError } from '../../../errors';
import type { TemplateParts } from '../../prompts/chatTemplate';
import { suggestFormat } from '../../prompts/promptFormats';
import type { Clock, GenerateRequest } from '../../types';
import type { TemplateWorkerMethods, WrittenPrompt } from './templateWorker';
import { SERVED_WLLAMA_ASSETS } from '../webAssets';
import { connectWorker } from '../workerCalls';
import type { WorkerSource } from '../workerCalls';

type WriteRequest = Pick<GenerateRequest, 'messages' | 'thinking'>;

export interface PromptWriter {
  /**
   * Rejects with TEMPLATE_INVALID, also for an endless template. On abort, rejects at once with the signal's reason.
   */
  write(request: WriteRequest, signal: AbortSignal): Promise<WrittenPrompt>;
  close(): void;
}

/** A working template needs only some milliseconds. */
const LONGEST_MS = 10_000;

export function createPromptWriter(
  parts: TemplateParts,
  clock: Clock,
  source: WorkerSource = SERVED_WLLAMA_ASSETS.templateWorker,
): PromptWriter {
  const worker = connectWorker<TemplateWorkerMethods>(source);
  const opened = worker.call('open', parts);
  // `write` reports this failure.
  opened.catch(() => undefined);
  const given = new AbortController();

  /** The time counts from the worker's start, which may take long itself. */
  function giveUpLater(): () => void {
    return clock.after(LONGEST_MS, () => {
      const reason = 'It came to no end.';
      given.abort(new ModelError('TEMPLATE_INVALID', { reason, suggested: suggestFormat(parts) }));
      worker.close();
    });
  }

  async function writeInTime(request: WriteRequest): Promise<WrittenPrompt> {
    await opened;
    const stopCounting = giveUpLater();
    try {
      return await worker.call('write', request);
    } finally {
      stopCounting();
    }
  }

  return {
    async write({ messages, thinking }, signal) {
      given.signal.throwIfAborted();
      const either = AbortSignal.any([signal, given.signal]);
      return Promise.race([writeInTime({ messages, thinking }), rejectOnAbort(either)]);
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
