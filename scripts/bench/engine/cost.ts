/** What the engine's bench measures, in Node and in a page alike, and with which words it asks. */
import type { GenerateRequest } from '../../../lib/platform/types';

/** How many words a model says while it is timed. */
const SPOKEN_TOKENS = 128;

export interface AnswerCost {
  /** From the question to the first piece of text. */
  firstTokenMs: number;
  /** Of the tokens after the first. */
  tokensPerSecond: number;
}

/** The same question to both, one right after the other. */
export interface Pair {
  ours: AnswerCost;
  raw: AnswerCost;
}

/** How fast the session obeys. */
export interface Obedience {
  /** To another model in memory, while the one before is speaking, and while nothing is. */
  switchSpeakingMs: number;
  switchIdleMs: number;
  stopSpeakingMs: number;
  stopReadingMs: number;
  /** What reading one batch takes, at the rate of a whole prompt. */
  batchMs: number;
  /** Between two frames while the model speaks; undefined where there are none. */
  frameGapMs: number | undefined;
}

export interface EngineResults {
  pairs: Pair[];
  obedience: Obedience[];
  backend: string;
}

// Each differs from the others in its first letters: an engine remembers how the last prompt began.
export function questionOf(run: number): string {
  return `${String.fromCharCode(97 + (run % 26))}${String(run)}: a boat comes in, low in the water, and people wait for it.`;
}

export function requestOf(content: string, maxTokens = SPOKEN_TOKENS): GenerateRequest {
  const messages = [{ role: 'user' as const, content }];
  return { messages, maxTokens, temperature: 0, topP: 1, thinking: false };
}

/** `say` makes `maxTokens` tokens and calls back for each that is text, the first and the last among them. */
export async function timeAnswer(
  say: (onText: () => void) => Promise<unknown>,
  maxTokens = SPOKEN_TOKENS,
): Promise<AnswerCost> {
  const startedMs = performance.now();
  const timesMs: number[] = [];
  await say(() => timesMs.push(performance.now()));
  const [firstMs = NaN, lastMs = NaN] = [timesMs[0], timesMs.at(-1)];
  return {
    firstTokenMs: firstMs - startedMs,
    tokensPerSecond: ((maxTokens - 1) / (lastMs - firstMs)) * 1000,
  };
}

/** Asks both `runs` times, each first as often as the other. */
export async function takeTurns(
  runs: number,
  ask: Readonly<Record<keyof Pair, (run: number) => Promise<AnswerCost>>>,
): Promise<Pair[]> {
  const pairs: Pair[] = [];
  // The first of each warms up.
  for (let run = 0; run <= runs; run += 1) {
    const first = run % 2 === 0 ? 'ours' : 'raw';
    const second = first === 'ours' ? 'raw' : 'ours';
    const costs = { [first]: await ask[first](run), [second]: await ask[second](run) };
    if (run > 0) pairs.push(costs as unknown as Pair);
  }
  return pairs;
}
