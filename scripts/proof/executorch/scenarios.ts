/** What the runner is asked to do, and how what it did is written down. */

export interface GenerationConfig {
  echo?: boolean;
  maxNewTokens?: number;
  /** Of everything, prompt and answer; react-native-executorch doesn't hand it on. */
  seqLen?: number;
  temperature?: number;
}

export type RunnerCall =
  | { call: 'prefill'; text: string }
  /** `stopAtPiece` calls stop() while that piece is handed over, the first being 1. */
  | { call: 'generate'; prompt: string; config?: GenerationConfig; stopAtPiece?: number }
  | { call: 'stop' }
  | { call: 'reset' };

export interface ObservedModel {
  file: string;
  contextTokens: number;
  /** The longest piece of a prompt that the runner gives to the method at once. */
  maxSeqTokens: number;
}

export interface Scenario {
  name: string;
  model: ObservedModel;
  calls: readonly RunnerCall[];
}

/** What one call did; empty for those that return nothing. */
export interface CallResult {
  /** Of a prefill. */
  tokens?: number;
  pieces?: readonly string[];
  promptTokens?: number;
  generatedTokens?: number;
  positionAfterPrompt?: number;
  /** `code` is ExecuTorch's; where only the runner's own words could be had, `says` has them. */
  refused?: { code?: number; says?: string };
}

export interface Observation extends Scenario {
  results: readonly CallResult[];
}

export interface RunnerRecord {
  versions: Readonly<Record<string, string>>;
  demo: { file: string; sizeBytes: number; sha256: string };
  defaults: GenerationConfig;
  statistics: { names: readonly string[]; areMillisecondsSince1970: boolean };
  scenarios: readonly Observation[];
}

export const DEMO: ObservedModel = {
  file: 'tiny-demo.pte',
  contextTokens: 2048,
  maxSeqTokens: 2048,
};
const SHORT: ObservedModel = { file: 'short.pte', contextTokens: 64, maxSeqTokens: 64 };
const IN_PIECES: ObservedModel = { file: 'in-pieces.pte', contextTokens: 64, maxSeqTokens: 16 };

const QUESTION = '<|im_start|>user\nhi<|im_end|>\n';
const HEADER = '<|im_start|>assistant\n';
const quiet = { echo: false, temperature: 0 };
const ask = (config: GenerationConfig = quiet) =>
  ({ call: 'generate', prompt: HEADER, config }) as const;

/** One token each. */
const letters = (count: number) => 'x'.repeat(count);

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'a question is read, then answered, as react-native-executorch does it',
    model: DEMO,
    calls: [{ call: 'prefill', text: QUESTION }, ask()],
  },
  {
    name: 'with echo the prompt comes first, whole',
    model: DEMO,
    calls: [ask({ echo: true, temperature: 0 })],
  },
  { name: 'echo is on unless it is told otherwise', model: DEMO, calls: [ask({})] },
  {
    name: 'the limit counts every piece, the end of the turn and the first one too',
    model: DEMO,
    calls: [1, 2, 5, 14, 15, 16].flatMap((maxNewTokens) => [
      ask({ ...quiet, maxNewTokens }),
      { call: 'reset' } as const,
    ]),
  },
  {
    name: 'a limit of nothing is refused',
    model: DEMO,
    calls: [ask({ ...quiet, maxNewTokens: 0 })],
  },
  {
    name: 'seq_len counts the prompt, too',
    model: DEMO,
    calls: [ask({ ...quiet, seqLen: 20 })],
  },
  {
    name: 'a stop before an answer is forgotten',
    model: DEMO,
    calls: [{ call: 'prefill', text: QUESTION }, { call: 'stop' }, ask()],
  },
  {
    name: 'a stop at the first piece is forgotten, at the second it is obeyed at once',
    model: DEMO,
    calls: [
      { ...ask(), stopAtPiece: 1 },
      { call: 'reset' },
      { ...ask(), stopAtPiece: 2 },
      { call: 'reset' },
      { ...ask(), stopAtPiece: 5 },
      ask(),
    ],
  },
  {
    name: 'a second answer goes on where the first one ended, until a reset',
    model: DEMO,
    calls: [ask(), ask(), { call: 'reset' }, ask()],
  },
  {
    name: 'without a prompt of its own an answer follows what was read, and its prompt is all there is',
    model: DEMO,
    calls: [
      { call: 'prefill', text: QUESTION },
      { call: 'generate', prompt: '', config: quiet },
      { call: 'reset' },
      { call: 'generate', prompt: '', config: quiet },
    ],
  },
  {
    name: 'an answer ends where the context does',
    model: SHORT,
    calls: [{ call: 'prefill', text: letters(45) }, ask()],
  },
  {
    name: 'a prompt that leaves no room is refused before it is read',
    model: SHORT,
    calls: [
      { call: 'prefill', text: letters(53) },
      ask(),
      { call: 'reset' },
      { call: 'generate', prompt: letters(64), config: quiet },
      { call: 'generate', prompt: letters(63), config: quiet },
    ],
  },
  {
    name: 'what is longer than the method takes is refused',
    model: SHORT,
    calls: [
      { call: 'prefill', text: letters(63) },
      { call: 'reset' },
      { call: 'prefill', text: letters(64) },
      { call: 'prefill', text: letters(80) },
    ],
  },
  {
    name: 'what goes beyond the context is refused with another code',
    model: SHORT,
    calls: [
      { call: 'prefill', text: letters(50) },
      { call: 'prefill', text: letters(20) },
    ],
  },
  {
    name: 'a model exported for shorter pieces than its context refuses what needs a whole piece',
    model: IN_PIECES,
    calls: [
      { call: 'prefill', text: letters(15) },
      { call: 'reset' },
      { call: 'prefill', text: letters(16) },
    ],
  },
];
