/** The second engine on phones: llama.cpp through llama.rn, for GGUF files, on the CPU only. */
import { FileMode, type FileHandle } from 'expo-file-system';
import type * as LlamaRn from 'llama.rn';

import { throwIfAborted } from '../../../download/flow/abortable';
import { describe, isModelError, ModelError } from '../../../errors';
import { createChatTemplate } from '../../prompts/chatTemplate';
import { checkGguf, type GgufFile } from '../../gguf/ggufHeader';
import { queueAnswers } from '../../shared/queuedModel';
import type { Clock, LlmEngine, LoadOptions, LoadRequest } from '../../types';
import { answerOnce, type LlamaRnSpeaker } from './llamaRnAnswer';
import { barePath, fileAt } from '../files/nativePaths';

/** While the prompt is read, a stop is noticed only between two batches. */
const BATCH_TOKENS = 128;
/** The package cuts each text of a model's metadata off after this many bytes. */
const LONGEST_METADATA = 16_383;
/** A text of a few tokens in every vocabulary. */
const TRIAL = 'Hi';

export interface LlamaRnParts {
  /** The package; a parameter, because an app may be built without it. */
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
          // Waits for `idle`, because the app crashes when memory is freed while it is being read.
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
  const { ptePath, moreWeightsPaths = [], promptFormat } = request;
  const gguf = await checkFiles([ptePath, ...moreWeightsPaths]);
  if (signal) throwIfAborted(signal);
  const contextTokens = Math.min(request.contextTokens, gguf.contextTokens);
  const context = await initLlama(
    {
      // Of a split model the first part: llama.cpp finds the others beside it by their names.
      model: barePath(ptePath),
      n_ctx: contextTokens,
      n_batch: BATCH_TOKENS,
      // One conversation: by default the context is divided among eight.
      n_parallel: 1,
      // The engine must not drop the beginning of a conversation: the person decides that.
      ctx_shift: false,
      // In tests no phone's graphics processor computed correctly.
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

/**
 * Checks the files first, because the package crashes the app for some unusable files.
 * @throws ModelError LOAD_FAILED
 */
async function checkFiles([first, ...more]: readonly [string, ...string[]]) {
  const handles: FileHandle[] = [];
  const openFile = (path: string): GgufFile => {
    const file = fileAt(barePath(path));
    if (!file.exists)
      throw new ModelError('LOAD_FAILED', { path, reason: 'there is no such file' });
    const handle = file.open(FileMode.ReadOnly);
    handles.push(handle);
    const read = (start: number, length: number) => {
      handle.offset = start;
      return Promise.resolve(handle.readBytes(length));
    };
    return { path, sizeBytes: file.size, read };
  };
  try {
    return await checkGguf(openFile(first), ...more.map(openFile));
  } finally {
    for (const handle of handles) handle.close();
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
    // A template that was cut off would fail or write something else.
    template: stated !== undefined && stated.length < LONGEST_METADATA ? stated : undefined,
  });
  return { template, ownStartOfText: (await writesStartOfText(context)) ? startOfText : '' };
}

/** Whether the engine itself adds the start token to each prompt. The metadata may not tell, so it is tried out. */
async function writesStartOfText(context: LlamaRn.LlamaContext): Promise<boolean> {
  const { tokens } = await context.tokenize(TRIAL);
  const { tokens_evaluated } = await context.completion({ prompt: TRIAL, n_predict: 0 });
  return tokens_evaluated > tokens.length;
}
