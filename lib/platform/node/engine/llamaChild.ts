/**
 * The engine's process: holds one model, follows its parent's orders, and ends with it. A crash of llama.cpp ends only
 * this process.
 */
import { Worker } from 'node:worker_threads';

import { isModelError, toFailure } from '../../../errors';
import { systemClock } from '../../shared/systemClock';
import type { ThoughtRules } from '../../prompts/thoughtMarks';
import type { GenerateRequest } from '../../types';
import { wordsOf } from './engineProtocol';
import type { EngineOrder, EngineReport, LoadOrder } from './engineProtocol';
import { answer } from './llamaAnswer';
import type { AnswerTools, Speaker } from './llamaAnswer';
import { loadLlama } from './llamaModel';
import { createPacedText } from './pacedText';

let speaker: Speaker | undefined;
let stopping = new AbortController();

// Ends the process at once: `exit` would wait for llama.cpp's current computation.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

// An endless chat template blocks this thread, which then doesn't notice the disconnect. Another thread checks every
// second.
new Worker(
  `const parent = process.ppid;
   setInterval(() => process.ppid === parent || process.kill(process.pid, 'SIGKILL'), 1_000);`,
  { eval: true },
).unref();

// A terminal sends these signals to child processes, too. They are ignored here: the parent decides what to do.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);

process.on('message', (order: EngineOrder) => {
  switch (order.kind) {
    case 'load':
      void load(order);
      return;
    case 'generate':
      void generate(order.request);
      return;
    case 'stop':
      stopping.abort();
  }
});

function report(message: EngineReport): void {
  process.send?.(message);
}

async function load(order: LoadOrder): Promise<void> {
  try {
    const loaded = await loadLlama(order, (fraction) => report({ kind: 'progress', fraction }));
    speaker = loaded.speaker;
    report({ kind: 'loaded', facts: loaded.facts });
  } catch (error) {
    report({ kind: 'refused', reason: wordsOf(error) });
  }
}

async function generate(request: GenerateRequest): Promise<void> {
  stopping = new AbortController();
  const { signal } = stopping;
  const text = createPacedText(systemClock, (piece) => report({ kind: 'text', text: piece }));
  const begin = (rules: ThoughtRules) => report({ kind: 'prompted', rules });
  const ending = await endingOf(request, { begin, say: text.write, signal });
  text.end();
  report(ending);
}

async function endingOf(request: GenerateRequest, tools: AnswerTools): Promise<EngineReport> {
  try {
    if (!speaker) throw new Error('no model is loaded');
    return await answer(speaker, request, tools);
  } catch (error) {
    if (isModelError(error)) return { kind: 'refused-prompt', failure: toFailure(error) };
    return { kind: 'failed', reason: wordsOf(error) };
  }
}
