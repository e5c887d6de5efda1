/** Loads one model into ExecuTorch: checks the file before it takes memory, and reports why a model can't be loaded. */
import type * as Executorch from 'react-native-executorch';

import { throwIfAborted } from '../../../download/flow/abortable';
import { describe, ModelError } from '../../../errors';
import type { ChatTemplate } from '../../prompts/chatTemplate';
import type { ChatMessage, LoadRequest, ModelFacts } from '../../types';
import { barePath } from '../files/nativePaths';
import { readChatConfig } from './tokenizerConfig';
import type { ChatConfig } from './tokenizerConfig';

/** A parameter, because an app may be built without the package. */
export type ExecutorchPackage = typeof Executorch;

/** The runtime takes plain paths, as the system does: it finds nothing at a `file://` address. */
export interface ModelPaths {
  modelPath: string;
  tokenizerPath: string;
  tokenizerConfigPath: string;
}

export interface OpenModel {
  executorch: ExecutorchPackage;
  paths: ModelPaths;
  chats: ChatConfig;
  facts: ModelFacts;
  /**
   * Whether its template removes thoughts from earlier answers, so that a longer prompt doesn't begin with the shorter
   * one.
   */
  rewrites: boolean;
  session: Executorch.LLMChatSession;
}

/** @throws ModelError LOAD_FAILED, with nothing left in memory; AbortError */
export async function loadExecutorch(
  executorch: ExecutorchPackage,
  request: LoadRequest,
  signal: AbortSignal | undefined,
): Promise<OpenModel> {
  const { ptePath } = request;
  try {
    const paths = pathsOf(request);
    const backend = await inspect(executorch, paths.modelPath);
    if (signal) throwIfAborted(signal);
    const chats = readChatConfig(paths.tokenizerConfigPath, request);
    const rewrites = namesThoughtEnds(chats.template);
    const session = await openSession({ executorch, paths, chats, rereads: rewrites }, []);
    if (signal?.aborted) session.dispose();
    if (signal) throwIfAborted(signal);
    const { maxSeqLen } = session.getKVCacheState();
    // The file's own context can't be made smaller; a smaller number is only reported.
    const contextTokens = Math.min(request.contextTokens, maxSeqLen);
    const facts = { contextTokens, backend, memoryBytes: undefined };
    return { executorch, paths, chats, rewrites, session, facts };
  } catch (error) {
    if (signal) throwIfAborted(signal);
    throw loadFailure(executorch, ptePath, error);
  }
}

/** Opens a conversation that begins with `history`; reads the weights again each time. */
export function openSession(
  {
    executorch,
    paths,
    chats,
    rereads,
  }: Pick<OpenModel, 'executorch' | 'paths' | 'chats'> & { rereads: boolean },
  history: readonly ChatMessage[],
): Promise<Executorch.LLMChatSession> {
  // To continue after the cached tokens, each prompt has to begin with the previous one. A prompt without
  // the earlier thoughts doesn't: then the whole conversation is read for each answer.
  const model = { ...paths, tokenizerConfigPath: chats.writePath() };
  return executorch.createLLMChatSession(model, { initialMessages: history, resetOnTurn: rereads });
}

function namesThoughtEnds({ marks, source }: ChatTemplate): boolean {
  return marks.some(({ begins, until }) => begins === 'thought' && source.includes(until ?? ''));
}

function pathsOf({ ptePath, tokenizerPath, tokenizerConfigPath }: LoadRequest): ModelPaths {
  if (tokenizerPath === undefined || tokenizerConfigPath === undefined) {
    throw new Error('there is no tokenizer');
  }
  return {
    modelPath: barePath(ptePath),
    tokenizerPath: barePath(tokenizerPath),
    tokenizerConfigPath: barePath(tokenizerConfigPath),
  };
}

/**
 * The backends that a file was made for; all of them have to be in this app. The package's own function for
 * this isn't used, because it also reads the weights, and on the thread that draws.
 */
async function inspect(executorch: ExecutorchPackage, modelPath: string): Promise<string> {
  const { getRegisteredBackends, loadModel, wrapAsync } = executorch;
  const model = await wrapAsync(loadModel)(modelPath, { eagerLoadMethods: false });
  const needed = [...new Set(Object.values(model.backends).flat())];
  model.dispose();
  const registered = getRegisteredBackends();
  const missing = needed.filter((backend) => !registered.includes(backend));
  if (missing.length > 0) throw new Error(`this app has no ${missing.join(', ')}`);
  return needed.length > 0 ? needed.join(', ') : 'CPU';
}

function loadFailure(executorch: ExecutorchPackage, path: string, error: unknown): ModelError {
  const code = executorch.isRnExecuTorchError(error) ? `${error.code}: ` : '';
  const reason = error instanceof Error ? code + error.message : describe(error);
  return new ModelError('LOAD_FAILED', { path, reason }, { cause: error });
}
