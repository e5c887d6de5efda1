/** Gets one answer from the engine's process, and reports it as the port requires. */
import { fromFailure, isAbortError, isModelError, ModelError } from '../../../errors';
import { USUAL_RULES } from '../../prompts/thoughtMarks';
import { createThoughtSplitter } from '../../prompts/thoughtSplitter';
import type { Clock, GenerateRequest, GenerationStats, OnText } from '../../types';
import type { EngineProcess } from './engineProcess';
import { wordsOf } from './engineProtocol';
import type { EngineReport } from './engineProtocol';

export interface AnswerTools {
  clock: Clock;
  /** The context that the model was loaded with. */
  contextTokens: number;
  onText: OnText;
  signal: AbortSignal;
}

/** @throws ModelError CONTEXT_FULL, TEMPLATE_INVALID, GENERATION_FAILED, or the signal's reason once the engine has stopped */
export async function askEngine(
  engine: EngineProcess,
  request: GenerateRequest,
  { clock, contextTokens, onText, signal }: AnswerTools,
): Promise<GenerationStats> {
  signal.throwIfAborted();
  const startedMs = clock.monotonicMs();
  let firstTextMs: number | undefined;
  let splitter = createThoughtSplitter(onText, USUAL_RULES);
  const take = (report: EngineReport) => {
    if (report.kind === 'prompted') {
      splitter = createThoughtSplitter(onText, report.rules);
      return undefined;
    }
    if (report.kind !== 'text') return report;
    firstTextMs ??= clock.monotonicMs();
    if (!signal.aborted) splitter.write(report.text);
    return undefined;
  };
  const stop = () => engine.send({ kind: 'stop' });
  signal.addEventListener('abort', stop, { once: true });
  try {
    const report = await engine.ask({ kind: 'generate', request }, take);
    signal.throwIfAborted();
    if (report.kind === 'too-long') throw new ModelError('CONTEXT_FULL', { contextTokens });
    if (report.kind === 'refused-prompt') throw fromFailure(report.failure);
    if (report.kind !== 'answered') throw new Error(refusalOf(report));
    splitter.end();
    const timeToFirstTokenMs = (firstTextMs ?? clock.monotonicMs()) - startedMs;
    return { ...report.stats, timeToFirstTokenMs };
  } catch (cause) {
    signal.throwIfAborted();
    if (isModelError(cause) || isAbortError(cause)) throw cause;
    throw new ModelError('GENERATION_FAILED', { reason: wordsOf(cause) }, { cause });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function refusalOf(report: EngineReport): string {
  return report.kind === 'failed' ? report.reason : `the engine answered “${report.kind}”`;
}
