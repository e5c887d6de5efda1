/**
 * ExecuTorch's runner of text models with one model in it. What it does is what the real one was seen to do:
 * `tests/native/executorchRunner.test.ts` compares the two.
 */
import { RnExecuTorchError, RUNTIME_CODE } from './executorchErrors';

export interface RunnerModel {
  /** What follows a prompt, piece by piece; the end of the turn is a piece, too. */
  pieces: () => Iterable<string>;
  endMark: string;
  contextTokens: number;
  /** The longest piece of a prompt that the method is given at once. */
  maxSeqTokens: number;
  countTokens: (text: string) => number;
}

export interface RunnerConfig {
  echo?: boolean;
  maxNewTokens?: number;
  seqLen?: number;
  temperature?: number;
}

export interface RunnerStats {
  numPromptTokens: number;
  /** Without the first one, which comes with the prompt; the end of the turn counts. */
  numGeneratedTokens: number;
  /** Times are whole milliseconds since 1970. */
  firstTokenMs: number;
  inferenceStartMs: number;
  inferenceEndMs: number;
  modelLoadStartMs: number;
  modelLoadEndMs: number;
}

export class FakeRunner {
  /** How many tokens are remembered. */
  position = 0;
  readonly contextTokens: number;
  readonly #model: RunnerModel;
  #shouldStop = false;
  /** Whether something was read that an answer could follow. */
  #hasRead = false;

  constructor(model: RunnerModel) {
    this.#model = model;
    this.contextTokens = model.contextTokens;
  }

  stop(): void {
    this.#shouldStop = true;
  }

  reset(position = 0): void {
    if (position > this.position) throw RnExecuTorchError('INVALID_ARGUMENT', 'LLMRunner.reset');
    this.position = position;
    this.#hasRead = false;
  }

  /** @returns how many tokens `text` was */
  prefill(text: string): number {
    const tokens = this.#model.countTokens(text);
    // `ET_CHECK_MSG` ends the process.
    if (tokens === 0) throw new Error('The app ended: a prompt of nothing was read.');
    this.#read(tokens, 'prefill');
    this.#hasRead = true;
    return tokens;
  }

  /** Hands over piece after piece as it is asked to, so that whoever asks can let time pass between them. */
  *generate(prompt: string, config: RunnerConfig = {}): Generator<string, RunnerStats> {
    const inferenceStartMs = Date.now();
    const promptTokens = this.#model.countTokens(prompt);
    yield* this.#begin(prompt, promptTokens, config.echo ?? true);
    const limit = this.#limit(config);
    if (limit <= 0) throw refusal('generate', RUNTIME_CODE.InvalidArgument);
    const firstTokenMs = inferenceStartMs + 1;
    const generated = yield* this.#speak(limit);
    this.position += generated;
    return {
      numPromptTokens: prompt === '' ? this.position : promptTokens,
      numGeneratedTokens: generated,
      ...{ inferenceStartMs, firstTokenMs, inferenceEndMs: firstTokenMs + generated },
      ...{ modelLoadStartMs: 0, modelLoadEndMs: 0 },
    };
  }

  *#begin(prompt: string, tokens: number, isEchoed: boolean): Generator<string, void> {
    if (prompt === '') {
      if (!this.#hasRead) throw refusal('generate', RUNTIME_CODE.InvalidState);
    } else {
      const { contextTokens } = this.#model;
      const occupied = this.#isReadInPieces() ? 0 : this.position;
      if (occupied + tokens >= contextTokens) {
        throw refusal('generate', RUNTIME_CODE.InvalidArgument);
      }
      if (isEchoed) yield prompt;
      this.#read(tokens, 'generate');
    }
    this.#hasRead = false;
  }

  *#speak(limit: number): Generator<string, number> {
    const pieces = this.#model.pieces()[Symbol.iterator]();
    const next = () => String(pieces.next().value);
    yield next();
    // What was said to stop until now is forgotten here.
    this.#shouldStop = false;
    let generated = 0;
    while (generated < limit - 1) {
      const piece = next();
      generated += 1;
      yield piece;
      if (this.#isStopped() || piece === this.#model.endMark) break;
    }
    return generated;
  }

  #isStopped(): boolean {
    return this.#shouldStop;
  }

  #limit({ maxNewTokens = -1, seqLen = -1 }: RunnerConfig): number {
    const longest = seqLen === -1 ? this.contextTokens : Math.min(seqLen, this.contextTokens);
    const room = longest - (this.#isReadInPieces() ? 0 : this.position);
    return maxNewTokens === -1 ? room : Math.min(maxNewTokens, room);
  }

  #read(tokens: number, call: string): void {
    const { maxSeqTokens, contextTokens } = this.#model;
    for (let left = tokens; left > 0; left -= maxSeqTokens) {
      const count = Math.min(left, maxSeqTokens);
      // The exporter's method takes one token less than it says.
      if (count >= maxSeqTokens) throw refusal(call, RUNTIME_CODE.NotSupported);
      if (this.position + count > contextTokens) throw refusal(call, RUNTIME_CODE.InvalidArgument);
      this.position += count;
    }
  }

  #isReadInPieces(): boolean {
    return this.#model.maxSeqTokens < this.#model.contextTokens;
  }
}

function refusal(call: string, code: number) {
  return RnExecuTorchError('EXECUTION_FAILED', `LLMRunner.${call}: Failed`, code);
}
