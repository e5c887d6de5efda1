/**
 * `react-native-executorch`, as far as the app uses it. Its models are real files: eight bytes with
 * ExecuTorch's mark, then what they say, as JSON. A word is a token.
 */
import { readFileSync } from 'node:fs';

import { Template } from '@huggingface/jinja';

import { phone } from './phone';

export interface FakeModel {
  says: string;
  /** Says it again and again. */
  loops?: boolean;
  backends?: string[];
  maxSeqLen?: number;
  /** Earlier turns look different in its longer prompts. */
  rewrites?: boolean;
  /** Says nothing; makes the file larger. */
  padding?: string;
}

interface Message {
  role: 'user' | 'assistant' | 'system';
  content: string;
}

interface GenerationConfig {
  maxNewTokens?: number;
  temperature?: number;
  /** As ExecuTorch's `irunner.h` has it: true unless said otherwise. */
  echo?: boolean;
}

const MARK = 'ET12';
const REGISTERED = ['XnnpackBackend', 'CoreMLBackend'];
const INVALID_ARGUMENT = 18;
const DEFAULT_MAX_TOKENS = 64;

/** What a test may look at: sessions in memory, loads so far, and whether downloads are counted. */
export const runtime = {
  openSessions: 0,
  loads: 0,
  isTelemetryOn: true,
  /** Tokens said so far. */
  spoken: 0,
  /** Called while a prompt is being read. */
  onPrompt: () => {},
};

phone.onKill(() => {
  runtime.openSessions = 0;
  runtime.onPrompt = () => {};
});

export function modelFile(model: FakeModel): Buffer {
  return Buffer.concat([Buffer.from(`\0\0\0\0${MARK}`), Buffer.from(JSON.stringify(model))]);
}

export type RnExecuTorchError = Error & { code: string; etRuntimeErrorCode?: number };

// A type and the function that makes it have one name there, too.
// eslint-disable-next-line @typescript-eslint/no-redeclare
export function RnExecuTorchError(code: string, message: string, etRuntimeErrorCode?: number) {
  const error = Object.assign(new Error(message), { code });
  error.name = 'RnExecuTorchError';
  return etRuntimeErrorCode === undefined ? error : Object.assign(error, { etRuntimeErrorCode });
}

export function isRnExecuTorchError(error: unknown, code?: string): error is RnExecuTorchError {
  if (!(error instanceof Error) || error.name !== 'RnExecuTorchError') return false;
  return code === undefined || ('code' in error && error.code === code);
}

export function setTelemetryEnabled(isOn: boolean): void {
  runtime.isTelemetryOn = isOn;
}

export function getRegisteredBackends(): readonly string[] {
  return REGISTERED;
}

export function wrapAsync<Args extends unknown[], Result>(work: (...args: Args) => Result) {
  return async (...args: Args): Promise<Result> => {
    await turn();
    return work(...args);
  };
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function read(path: string): FakeModel {
  // A URI is looked up as a name, and no such file is there.
  const bytes = path.startsWith('/') ? readOrUndefined(path) : undefined;
  if (!bytes) throw RnExecuTorchError('LOAD_FAILED', 'Failed to load model: AccessFailed');
  if (bytes.subarray(4, 8).toString() !== MARK) {
    throw RnExecuTorchError('LOAD_FAILED', 'Failed to load model: InvalidProgram', 35);
  }
  try {
    return JSON.parse(bytes.subarray(8).toString()) as FakeModel;
  } catch {
    throw RnExecuTorchError('LOAD_FAILED', 'Failed to load model: InvalidProgram', 35);
  }
}

function readOrUndefined(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

export function loadModel(path: string, { eagerLoadMethods = true } = {}) {
  const { backends = ['XnnpackBackend'] } = read(path);
  if (eagerLoadMethods) runtime.loads += 1;
  return { backends: { forward: backends }, dispose: () => undefined };
}

export async function createLLMChatSession(
  paths: { modelPath: string; tokenizerPath: string; tokenizerConfigPath: string },
  options: { initialMessages?: readonly Message[]; resetOnTurn?: boolean } = {},
): Promise<LLMChatSession> {
  await turn();
  const config = JSON.parse(readFileSync(paths.tokenizerConfigPath, 'utf8')) as {
    chat_template?: unknown;
  };
  if (typeof config.chat_template !== 'string') {
    throw RnExecuTorchError('LOAD_FAILED', 'tokenizer_config.json has no `chat_template`');
  }
  const model = read(paths.modelPath);
  if (!readOrUndefined(paths.tokenizerPath)) {
    throw RnExecuTorchError('LOAD_FAILED', 'Failed to load runner tokenizer');
  }
  runtime.loads += 1;
  return new LLMChatSession(model, config.chat_template, options);
}

export class LLMChatSession {
  readonly #model: FakeModel;
  readonly #template: Template;
  readonly #thinks: boolean;
  readonly #resetOnTurn: boolean;
  readonly #history: Message[] = [];
  #pos = 0;
  #shouldStop = false;
  #isBusy = false;
  #isDisposed = false;

  constructor(
    model: FakeModel,
    template: string,
    options: { initialMessages?: readonly Message[]; resetOnTurn?: boolean },
  ) {
    this.#model = model;
    this.#template = new Template(template);
    this.#thinks = template.includes('</think>');
    this.#resetOnTurn = options.resetOnTurn ?? false;
    this.#history.push(...(options.initialMessages ?? []));
    if (this.#history.length > 0) this.#write(this.#history, false);
    this.#prefill(this.#history);
    runtime.openSessions += 1;
  }

  stop(): void {
    if (this.#isDisposed) throw RnExecuTorchError('RESOURCE_DISPOSED', 'Runner has been disposed');
    this.#shouldStop = true;
  }

  dispose(): void {
    if (this.#isBusy) throw new Error('The app ended: its model was taken away while it spoke.');
    if (!this.#isDisposed) runtime.openSessions -= 1;
    this.#isDisposed = true;
  }

  getHistory(): readonly Message[] {
    return [...this.#history];
  }

  getKVCacheState() {
    if (this.#isBusy) throw RnExecuTorchError('RESOURCE_BUSY', 'Runner is already in use');
    if (this.#isDisposed) throw RnExecuTorchError('RESOURCE_DISPOSED', 'Runner has been disposed');
    const maxSeqLen = this.#maxSeqLen();
    const remainingTokens = Math.max(0, maxSeqLen - this.#pos);
    return { pos: this.#pos, maxSeqLen, remainingTokens, usageRatio: this.#pos / maxSeqLen };
  }

  async sendMessage(
    content: string,
    onToken: (token: string) => void,
    { maxNewTokens = DEFAULT_MAX_TOKENS, echo }: GenerationConfig = {},
  ) {
    const before = this.getKVCacheState().pos;
    const earlier = this.#history.length;
    const hasAnswered = this.#history.some(({ role }) => role === 'assistant');
    this.#history.push({ role: 'user', content });
    this.#isBusy = true;
    try {
      if (this.#resetOnTurn) this.#pos = 0;
      // A template that leaves earlier thoughts out gives a prompt that doesn't begin as the last one did.
      else if ((this.#thinks || this.#model.rewrites) && hasAnswered) {
        throw RnExecuTorchError('INVALID_STATE', 'Chat template is not monotonic');
      }
      this.#write(this.#history, false);
      if (earlier > 0 && !this.#resetOnTurn) this.#write(this.#history.slice(0, earlier), false);
      const echoed = this.#echo(echo);
      this.#write(this.#history, true);
      const startMs = performance.now();
      runtime.onPrompt();
      await turn();
      this.#prefill(this.#resetOnTurn ? this.#history : this.#history.slice(earlier));
      const atEndOfUser = this.#pos;
      const stats = await this.#generate(content, onToken, {
        maxNewTokens,
        echoed,
      });
      this.#pos = atEndOfUser;
      const answer: Message = { role: 'assistant', content: stats.response };
      this.#history.push(answer);
      this.#prefill([answer]);
      const prefillDurationMs = stats.inferenceStartMs - startMs;
      return { messages: [answer], stats: [{ ...stats, prefillDurationMs }], finishReason: 'stop' };
    } catch (error) {
      this.#history.length = earlier;
      this.#pos = this.#resetOnTurn ? 0 : before;
      throw error;
    } finally {
      this.#isBusy = false;
    }
  }

  async #generate(
    question: string,
    onToken: (token: string) => void,
    { maxNewTokens, echoed }: { maxNewTokens: number; echoed: string },
  ) {
    // What was said to stop before is forgotten here.
    this.#shouldStop = false;
    const inferenceStartMs = performance.now();
    let firstTokenMs = 0;
    let count = 0;
    let response = echoed;
    if (echoed !== '') onToken(echoed);
    for (const token of this.#tokens(question)) {
      if (this.#isStopped() || count >= maxNewTokens || this.#pos + count >= this.#maxSeqLen())
        break;
      await turn();
      count += 1;
      runtime.spoken += 1;
      if (count === 1) firstTokenMs = performance.now() + 0.01;
      response += token;
      onToken(token);
    }
    const inferenceEndMs = performance.now() + 0.02;
    return {
      response,
      numPromptTokens: 3,
      numGeneratedTokens: count,
      ...{ firstTokenMs, inferenceStartMs, inferenceEndMs },
      ...{ modelLoadStartMs: 0, modelLoadEndMs: 0 },
    };
  }

  /** Of a template it gives the messages alone: no tokens, and no switches. */
  #write(messages: readonly Message[], addGenerationPrompt: boolean): string {
    return this.#template.render({
      messages: messages.map((message) => ({ ...message })),
      add_generation_prompt: addGenerationPrompt,
    });
  }

  /** What the template puts before an answer, which is the prompt of one. */
  #echo(isWanted = true): string {
    if (!isWanted) return '';
    const without = this.#write(this.#history, false);
    return this.#write(this.#history, true).slice(without.length);
  }

  #isStopped(): boolean {
    return this.#shouldStop;
  }

  *#tokens(question: string): Generator<string> {
    const { says, loops = false } = this.#model;
    if (this.#thinks) {
      const thought = question.endsWith('/no_think') ? '\n\n' : '\nWhat was asked? Ah.\n';
      yield* `<think>${thought}</think>\n\n`.match(/.{1,5}/gs) ?? [];
    }
    const words = says.match(/\s*\S+/g) ?? [];
    do yield* words;
    while (loops);
  }

  #prefill(messages: readonly Message[]): void {
    const words = messages.flatMap(({ content }) => content.match(/\S+/g) ?? []);
    const tokens = words.length + messages.length * 2;
    if (this.#pos + tokens >= this.#maxSeqLen()) {
      throw RnExecuTorchError('EXECUTION_FAILED', 'LLMRunner.prefill: Failed', INVALID_ARGUMENT);
    }
    this.#pos += tokens;
  }

  #maxSeqLen(): number {
    return this.#model.maxSeqLen ?? 512;
  }
}
