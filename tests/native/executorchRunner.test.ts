/** Whether the fake runner does what ExecuTorch's own did, call by call: `scripts/proof/executorch/record.json`. */
import { describe, expect, it } from 'vitest';
import { byteLevelTokenizer } from '../../scripts/proof/executorch/byteLevel';
import recordFile from '../../scripts/proof/executorch/record.json';
import type {
  CallResult,
  Observation,
  RunnerCall,
  RunnerRecord,
} from '../../scripts/proof/executorch/scenarios';
import { DEMO_SENTENCE } from '../../scripts/demoModel/tinyDemo';
import { isRnExecuTorchError, RUNTIME_CODE } from './fakes/executorchErrors';
import { FakeRunner } from './fakes/executorchRunner';
import type { RunnerStats } from './fakes/executorchRunner';

const record: RunnerRecord = recordFile as RunnerRecord;
const END_MARK = '<|im_end|>';
const PIECES = DEMO_SENTENCE.match(/ ?\p{L}+|[^\p{L}]/gu) ?? [];

function* speech(): Generator<string> {
  for (;;) yield* [...PIECES, END_MARK];
}

/** Of the texts in the scenarios, which hold no word of the sentence: a mark is a token, and so is every letter. */
function countTokens(text: string): number {
  const { tokens } = byteLevelTokenizer(DEMO_SENTENCE);
  const parts = text.match(/<\|\w+\|>|[^]/g) ?? [];
  expect(parts.filter((part) => part !== '\n' && !tokens.includes(part))).toEqual([]);
  return parts.length;
}

function fakeRunner({ contextTokens, maxSeqTokens }: Observation['model']): FakeRunner {
  return new FakeRunner({
    ...{ pieces: speech, endMark: END_MARK, countTokens },
    ...{ contextTokens, maxSeqTokens },
  });
}

function play(runner: FakeRunner, call: RunnerCall): CallResult {
  switch (call.call) {
    case 'stop':
      runner.stop();
      return {};
    case 'reset':
      runner.reset();
      return {};
    case 'prefill':
      return refusable(() => ({ tokens: runner.prefill(call.text) }));
    case 'generate':
      return generate(runner, call);
  }
}

function generate(
  runner: FakeRunner,
  { prompt, config, stopAtPiece }: Extract<RunnerCall, { call: 'generate' }>,
): CallResult {
  const pieces: string[] = [];
  const result = refusable(() => {
    const speaking = runner.generate(prompt, config);
    let step = speaking.next();
    let positionAfterPrompt = runner.position;
    while (step.done !== true) {
      pieces.push(step.value);
      if (pieces.length === stopAtPiece) runner.stop();
      positionAfterPrompt = runner.position;
      step = speaking.next();
    }
    return { ...counts(step.value), positionAfterPrompt };
  });
  return { ...result, pieces };
}

function counts({ numPromptTokens, numGeneratedTokens }: RunnerStats): CallResult {
  return { promptTokens: numPromptTokens, generatedTokens: numGeneratedTokens };
}

function refusable(call: () => CallResult): CallResult {
  try {
    return call();
  } catch (error) {
    if (!isRnExecuTorchError(error, 'EXECUTION_FAILED')) throw error;
    const { etRuntimeErrorCode: code } = error;
    return { refused: code === undefined ? {} : { code } };
  }
}

/** Where the runner told no code, that it refused is all there is to compare. */
function comparable(result: CallResult | undefined, observed: CallResult | undefined): CallResult {
  if (result?.refused === undefined) return { ...result };
  return observed?.refused?.code === undefined ? { ...result, refused: {} } : result;
}

describe('the fake of ExecuTorch’s runner does what the real one did', () => {
  it.each(record.scenarios)('$name', ({ model, calls, results }) => {
    const runner = fakeRunner(model);
    const played = calls.map((call) => play(runner, call));
    expect(played.map((result, index) => comparable(result, results[index]))).toEqual(
      results.map((result) => comparable(result, result)),
    );
  });

  it('has its defaults', () => {
    const given = { echo: true, maxNewTokens: -1, seqLen: -1 };
    expect(record.defaults).toMatchObject(given);
    const runner = fakeRunner({ file: '', contextTokens: 64, maxSeqTokens: 64 });
    const [first] = [...runner.generate('x')];
    expect(first).toBe('x');
  });

  it('tells times as that does', () => {
    expect(record.statistics.areMillisecondsSince1970).toBe(true);
    const runner = fakeRunner({ file: '', contextTokens: 64, maxSeqTokens: 64 });
    const speaking = runner.generate('x', { maxNewTokens: 3 });
    let step = speaking.next();
    while (step.done !== true) step = speaking.next();
    for (const at of [step.value.inferenceStartMs, step.value.inferenceEndMs]) {
      expect(Number.isInteger(at)).toBe(true);
      expect(Math.abs(Date.now() - at)).toBeLessThan(60_000);
    }
  });

  it('has both codes that a prompt is refused with where it is too long', () => {
    const codes = record.scenarios.flatMap(({ results }) =>
      results.flatMap(({ refused }) => refused?.code ?? []),
    );
    expect(new Set(codes)).toEqual(
      new Set([RUNTIME_CODE.NotSupported, RUNTIME_CODE.InvalidArgument]),
    );
  });
});
