/** The other engine on phones: llama.cpp by llama.rn, over GGUF files, on the processor alone. */
import { FileMode } from 'expo-file-system';
import type * as LlamaRn from 'llama.rn';

import { throwIfAborted } from '../../../download/flow/abortable';
import { describe, isModelError, ModelError } from '../../../errors';
import { createChatTemplate } from '../../prompts/chatTemplate';
import { checkGguf } from '../../gguf/ggufHeader';
import { queueAnswers } from '../../shared/queuedModel';
import type { Clock, LlmEngine, LoadOptions, LoadRequest } from '../../types';
import { answerOnce, type LlamaRnSpeaker } from './llamaRnAnswer';
import { barePath, fileAt } from '../files/nativePaths';

/** A stop is heard between these steps of the prompt alone. */
const BATCH_TOKENS = 128;
/** The package cuts every text of a model's metadata off behind this many bytes. */
const LONGEST_METADATA = 16_383;
/** A few tokens of every vocabulary. */
const TRIAL = 'Hi';

export interface LlamaRnParts {
  /** The package, handed in, since an app may be built without it. */
  llamaRn: typeof LlamaRn;
  version: string;
  clock: Clock;
}

export function createLlamaRnEngine({ llamaRn, version, clock }: LlamaRnParts): LlmEngine {
  return {
    engineName: 'llama.rn',
    engineVersion: version,
    honoursTopP: true,
    async load(request, options = {}) {
      const { signal } = options;
      if (signal) throwIfAborted(signal);
      try {
        const speaker = await open(llamaRn, request, options);
        const { context, facts } = speaker;
        return queueAnswers({
          facts,
          answer: (asked, onText, aborted) =>
            answerOnce(speaker, asked, { clock, onText, signal: aborted }),
          isBroken: () => false,
          // Memory that is given back while it is being read ends the app.
          end: (idle) => idle.then(() => context.release()),
        });
      } catch (cause) {
        if (signal) throwIfAborted(signal);
        if (isModelError(cause)) throw cause;
        const { ptePath: path } = request;
        throw new ModelError('LOAD_FAILED', { path, reason: describe(cause) }, { cause });
      }
    },
  };
}

async function open(
  { initLlama }: typeof LlamaRn,
  request: LoadRequest,
  { onProgress, signal }: LoadOptions,
): Promise<LlamaRnSpeaker> {
  const { ptePath, promptFormat } = request;
  const gguf = await checkFile(ptePath);
  if (signal) throwIfAborted(signal);
  const contextTokens = Math.min(request.contextTokens, gguf.contextTokens);
  const context = await initLlama(
    {
      model: barePath(ptePath),
      n_ctx: contextTokens,
      n_batch: BATCH_TOKENS,
      // One conversation, whose memory isn't divided among eight.
      n_parallel: 1,
      // Forgetting the beginning of a conversation is the person's to decide.
      ctx_shift: false,
      // No graphics processor of a phone was seen to compute right here.
      n_gpu_layers: 0,
      no_gpu_devices: true,
    },
    onProgress && ((percent) => onProgress(percent / 100)),
  );
  try {
    if (signal) throwIfAborted(signal);
    const { architecture } = gguf;
    const facts = { contextTokens, backend: 'CPU', memoryBytes: undefined };
    return { context, facts, ...(await templateOf(context, { promptFormat, architecture })) };
  } catch (error) {
    await context.release();
    throw error;
  }
}

/** The package ends the app for some files that llama.cpp can't use. @throws ModelError LOAD_FAILED */
async function checkFile(path: string) {
  const file = fileAt(barePath(path));
  if (!file.exists) throw new ModelError('LOAD_FAILED', { path, reason: 'there is no such file' });
  const handle = file.open(FileMode.ReadOnly);
  try {
    const read = (start: number, length: number) => {
      handle.offset = start;
      return Promise.resolve(handle.readBytes(length));
    };
    return await checkGguf({ path, sizeBytes: file.size, read });
  } finally {
    handle.close();
  }
}

async function templateOf(
  context: LlamaRn.LlamaContext,
  { promptFormat, architecture }: Pick<LoadRequest, 'promptFormat'> & { architecture: string },
): Promise<Pick<LlamaRnSpeaker, 'template' | 'ownStartOfText'>> {
  const metadata = context.model.metadata as Readonly<Record<string, string | undefined>>;
  const textOf = (key: string) => {
    const id = metadata[`tokenizer.ggml.${key}_token_id`];
    return id === undefined ? '' : context.detokenize([Number(id)]);
  };
  const [startOfText, endOfText] = await Promise.all([textOf('bos'), textOf('eos')]);
  const stated = metadata['tokenizer.chat_template'];
  const template = createChatTemplate({
    ...{ startOfText, endOfText, architecture, format: promptFormat },
    // One that was cut off would fail, or say something else.
    template: stated !== undefined && stated.length < LONGEST_METADATA ? stated : undefined,
  });
  return { template, ownStartOfText: (await writesStartOfText(context)) ? startOfText : '' };
}

/** Whether the engine begins each prompt with the token by itself, which no metadata has to say: it is tried. */
async function writesStartOfText(context: LlamaRn.LlamaContext): Promise<boolean> {
  const { tokens } = await context.tokenize(TRIAL);
  const { tokens_evaluated } = await context.completion({ prompt: TRIAL, n_predict: 0 });
  return tokens_evaluated > tokens.length;
}
