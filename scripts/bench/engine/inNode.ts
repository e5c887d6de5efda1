/** The engine's bench in Node: our layer in this process over its own, the engine alone in another. */
import { fork } from 'node:child_process';
import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createNodeEngine } from '../../../lib/platform/node/engine/nodeEngine';
import { systemClock } from '../../../lib/platform/shared/systemClock';
import { atEnd } from '../scratch';
import { questionOf, requestOf, takeTurns, timeAnswer } from './cost';
import type { AnswerCost, EngineResults } from './cost';
import { CONTEXT_TOKENS, MODEL_FILES, obey } from './obey';
import type { RawOrder, RawReport } from './rawProtocol';

export interface NodeBenchOptions {
  scratch: string;
  modelFile: string;
  runs: number;
  threads: number;
}

/** Of Node's engine. */
const BATCH_TOKENS = 128;

// A second or more: in a shorter answer one interruption by another program is a tenth of it.
const SPOKEN_TOKENS = 512;

export async function benchInNode(options: NodeBenchOptions): Promise<EngineResults> {
  const { scratch, modelFile, runs, threads } = options;
  const root = join(scratch, 'models');
  for (const path of MODEL_FILES) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await copyFile(modelFile, join(root, path));
  }
  const engine = createNodeEngine({ root, clock: systemClock, threads });
  try {
    const model = await engine.load({ ptePath: MODEL_FILES[0], contextTokens: CONTEXT_TOKENS });
    const { signal } = new AbortController();
    const raw = await startRaw(options);
    const pairs = await takeTurns(runs, {
      ours: (run) =>
        timeAnswer(
          (onText) => model.generate(requestOf(questionOf(run), SPOKEN_TOKENS), onText, signal),
          SPOKEN_TOKENS,
        ),
      raw: (run) => raw.answer(questionOf(run)),
    });
    raw.end();
    await model.unload();
    const obedience = await obey(engine, { runs, batchTokens: BATCH_TOKENS, watch: undefined });
    return { pairs, obedience, backend: model.facts.backend };
  } finally {
    await engine.close();
  }
}

async function startRaw({ modelFile, threads }: NodeBenchOptions) {
  const child = fork(new URL('./rawChild.ts', import.meta.url), { execArgv: process.execArgv });
  const end = () => void child.kill('SIGKILL');
  atEnd(end);
  const ended = new Promise<never>((_, reject) => {
    child.once('exit', () => reject(new Error('The raw engine ended.')));
  });
  // It ends in any case, and then nobody is asking.
  ended.catch(() => undefined);
  async function ask(order: RawOrder): Promise<RawReport> {
    child.send(order);
    const reported = new Promise<RawReport>((resolve) => {
      child.once('message', (report) => resolve(report as RawReport));
    });
    return Promise.race([reported, ended]);
  }
  const contextTokens = CONTEXT_TOKENS;
  await ask({ kind: 'load', place: modelFile, contextTokens, threads });
  return {
    end,
    async answer(question: string): Promise<AnswerCost> {
      const report = await ask({ kind: 'answer', question, maxTokens: SPOKEN_TOKENS });
      if (report.kind !== 'answered') throw new Error(`The raw engine said ${report.kind}.`);
      return report.cost;
    },
  };
}
