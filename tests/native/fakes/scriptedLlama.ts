/** A model of llama.rn that says one sentence, where the real llama.cpp can't be loaded. Tokens are words. */
const PROMPT_TOKENS = 7;

export class ScriptedLlama {
  readonly model = { metadata: {} as Record<string, string> };
  readonly #says: string;

  constructor(says: string) {
    this.#says = says;
  }

  tokenize(text: string): Promise<{ tokens: number[] }> {
    return Promise.resolve({ tokens: text.split(' ').map((_, place) => place) });
  }

  detokenize(): Promise<string> {
    return Promise.resolve('');
  }

  completion(
    { n_predict = -1 }: { n_predict?: number },
    onToken?: (data: { token: string }) => void,
  ) {
    const words = n_predict === 0 ? [] : this.#says.split(/(?<= )/);
    for (const token of words) onToken?.({ token });
    return Promise.resolve({
      tokens_predicted: Math.max(0, words.length - 1),
      tokens_evaluated: PROMPT_TOKENS,
      tokens_cached: PROMPT_TOKENS + words.length,
      ...{ interrupted: false, stopped_eos: true, stopped_limit: false, context_full: false },
      timings: { prompt_per_second: 1000, predicted_per_second: 10 },
    });
  }

  stopCompletion(): void {
    // Every answer is over before anybody can stop it.
  }

  release(): Promise<void> {
    return Promise.resolve();
  }
}
