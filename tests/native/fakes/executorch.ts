/**
 * `react-native-executorch`, as far as the app uses it: its chat sessions over the fake of ExecuTorch's runner. A word is a
 * token.
 */
import { existsSync, readFileSync } from 'node:fs';

import { Template } from '@huggingface/jinja';

import { RnExecuTorchError } from './executorchErrors';
import { readModel } from './executorchModels';
import type { FakeModel } from './executorchModels';
import { FakeRunner } from './executorchRunner';
import type { RunnerConfig } from './executorchRunner';
import { phone } from './phone';

export { isRnExecuTorchError, RnExecuTorchError } from './executorchErrors';
export { modelFile } from './executorchModels';
export type { FakeModel } from './executorchModels';

interface Message {
  role: 'user' | 'assistant' | 'system';
  content: string;
}

interface TokenizerConfig {
  chat_template?: unknown;
  eos_token?: unknown;
}

const REGISTERED = ['XnnpackBackend', 'CoreMLBackend'];
const CONTEXT_TOKENS = 512;

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

export function loadModel(path: string, { eagerLoadMethods = true } = {}) {
  const { backends = ['XnnpackBackend'] } = readModel(path);
  if (eagerLoadMethods) runtime.loads += 1;
  return { backends: { forward: backends }, dispose: () => undefined };
}

export async function createLLMChatSession(
  paths: { modelPath: string; tokenizerPath: string; tokenizerConfigPath: string },
  options: SessionOptions = {},
): Promise<LLMChatSession> {
  await turn();
  const text = readFileSync(paths.tokenizerConfigPath, 'utf8');
  const { chat_template: template, eos_token: endMark } = JSON.parse(text) as TokenizerConfig;
  if (typeof template !== 'string') {
    throw RnExecuTorchError('LOAD_FAILED', 'tokenizer_config.json has no `chat_template`');
  }
  if (typeof endMark !== 'string' || endMark === '') {
    throw RnExecuTorchError('LOAD_FAILED', 'tokenizer_config.json has no `eos_token`');
  }
  const model = readModel(paths.modelPath);
  if (!existsSync(paths.tokenizerPath)) {
    throw RnExecuTorchError('LOAD_FAILED', 'Failed to load runner tokenizer');
  }
  runtime.loads += 1;
  return new LLMChatSession(model, { template, endMark }, options);
}

interface SessionOptions {
  initialMessages?: readonly Message[];
  resetOnTurn?: boolean;
}

/** Calls the runner in the order in which `llmChatSession.ts` of the package does. */
export class LLMChatSession {
  readonly #runner: FakeRunner;
  readonly #model: FakeModel;
  readonly #template: Template;
  readonly #endMark: string;
  readonly #thinks: boolean;
  readonly #resetOnTurn: boolean;
  readonly #history: Message[] = [];
  /** How many messages of it are read. */
  #committed = 0;
  #isBusy = false;
  #isDisposed = false;

  constructor(
    model: FakeModel,
    { template, endMark }: { template: string; endMark: string },
    { initialMessages = [], resetOnTurn = false }: SessionOptions,
  ) {
    const contextTokens = model.maxSeqLen ?? CONTEXT_TOKENS;
    this.#model = model;
    this.#template = new Template(template);
    this.#endMark = endMark;
    this.#thinks = template.includes('</think>');
    this.#resetOnTurn = resetOnTurn;
    this.#runner = new FakeRunner({
      pieces: () => this.#speech(),
      ...{ endMark, contextTokens, maxSeqTokens: contextTokens },
      countTokens: (text) => text.match(/\S+/g)?.length ?? 0,
    });
    this.#history.push(...initialMessages);
    if (this.#history.length > 0) this.#commit();
    runtime.openSessions += 1;
  }

  stop(): void {
    if (this.#isDisposed) throw RnExecuTorchError('RESOURCE_DISPOSED', 'Runner has been disposed');
    this.#runner.stop();
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
    const { position: pos, contextTokens: maxSeqLen } = this.#runner;
    const remainingTokens = Math.max(0, maxSeqLen - pos);
    return { pos, maxSeqLen, remainingTokens, usageRatio: pos / maxSeqLen };
  }

  async sendMessage(content: string, onToken: (token: string) => void, config: RunnerConfig = {}) {
    const { pos: before } = this.getKVCacheState();
    const [earlier, committed] = [this.#history.length, this.#committed];
    this.#history.push({ role: 'user', content });
    this.#isBusy = true;
    try {
      if (this.#resetOnTurn) {
        this.#runner.reset();
        this.#committed = 0;
      }
      const startMs = Date.now();
      runtime.onPrompt();
      this.#commit();
      await turn();
      const atEndOfUser = this.#runner.position;
      const header = this.#prompt(0, true);
      const prefillDurationMs = Date.now() - startMs;
      const { response, stats } = await this.#generate(header, onToken, config);
      this.#runner.reset(atEndOfUser);
      const answer: Message = { role: 'assistant', content: response };
      this.#history.push(answer);
      this.#commit();
      return { messages: [answer], stats: [{ ...stats, prefillDurationMs }], finishReason: 'stop' };
    } catch (error) {
      this.#history.length = earlier;
      this.#committed = committed;
      this.#runner.reset(this.#resetOnTurn ? 0 : before);
      throw error;
    } finally {
      this.#isBusy = false;
    }
  }

  async #generate(prompt: string, onToken: (token: string) => void, config: RunnerConfig) {
    let response = '';
    const speaking = this.#runner.generate(prompt, config);
    let step = speaking.next();
    while (step.done !== true) {
      const token = step.value;
      await turn();
      if (token !== this.#endMark) {
        runtime.spoken += 1;
        response += token;
        onToken(token);
      }
      step = speaking.next();
    }
    return { response, stats: step.value };
  }

  /** Reads what of the conversation wasn't read yet. */
  #commit(): void {
    this.#runner.prefill(this.#prompt(this.#history.length - this.#committed, false));
    this.#committed = this.#history.length;
  }

  /** What the last `count` messages add to the conversation's text. */
  #prompt(count: number, addGenerationPrompt: boolean): string {
    const text = this.#write(this.#history, addGenerationPrompt);
    if (count === this.#history.length) return text;
    const earlier = this.#history.slice(0, this.#history.length - count);
    const before = this.#write(earlier, false);
    // A template that leaves earlier thoughts out gives a prompt that doesn't begin as the last one did.
    const isRewritten = (this.#thinks || this.#model.rewrites) && count > 0;
    if (!text.startsWith(before) || (isRewritten && isQuestionAfterAnswer(this.#history))) {
      throw RnExecuTorchError('INVALID_STATE', 'Chat template is not monotonic');
    }
    return text.slice(before.length);
  }

  /** Of a template it gives the messages alone: no tokens, and no switches. */
  #write(messages: readonly Message[], addGenerationPrompt: boolean): string {
    return this.#template.render({
      messages: messages.map((message) => ({ ...message })),
      add_generation_prompt: addGenerationPrompt,
    });
  }

  *#speech(): Generator<string> {
    const { says, loops = false } = this.#model;
    for (;;) {
      if (this.#thinks) yield* this.#thought();
      const words = says.match(/\s*\S+/g) ?? [];
      do yield* words;
      while (loops);
      yield this.#endMark;
    }
  }

  #thought(): string[] {
    const isUnwanted = this.#history.at(-1)?.content.endsWith('/no_think') === true;
    const thought = isUnwanted ? '\n\n' : '\nWhat was asked? Ah.\n';
    return `<think>${thought}</think>\n\n`.match(/.{1,5}/gs) ?? [];
  }
}

function isQuestionAfterAnswer(history: readonly Message[]): boolean {
  return history.at(-1)?.role === 'user' && history.some(({ role }) => role === 'assistant');
}
