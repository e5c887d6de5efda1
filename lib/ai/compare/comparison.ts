/** Asks several models the same question, one after the other, so that each speed is its own. Doesn't depend on React. */
import type { ChatChange } from '../../db/chats';
import { isAbortError, toFailure } from '../../errors';
import type { Clock } from '../../platform/types';
import type { Answer, AnswerOutcome, Question, Said } from '../chat/conversationEntries';
import { createAnswerStream } from '../chat/conversationStream';
import type { LlmSession } from '../engine/llmSession';
import type { GenerationSettings } from '../generation/generationSettings';
import { requestFor } from '../generation/requestFor';
import type { LlmModelConfig } from '../modelConfig';
import { createObservable } from '../observable';

/** One model's part. `waiting` lasts until the model is in memory and it is its turn. */
export interface ComparedAnswer extends Said {
  modelId: string;
  outcome: { kind: 'waiting' } | AnswerOutcome;
  /** Undefined until the model is in memory, as is `memoryBytes`, or if the model was there before. */
  loadMs: number | undefined;
  /** Bytes that the model takes; undefined if the engine doesn't report it. */
  memoryBytes: number | undefined;
}

export interface ComparisonSnapshot {
  /** Empty before the first one. */
  question: string;
  /** In the order of the models. */
  answers: readonly ComparedAnswer[];
  /** Whether the answers are kept as chats. */
  isKept: boolean;
}

export interface Comparison {
  /**
   * Asks each model once nothing else runs, and interrupts no work but an earlier comparison. It ends when the chat
   * needs the engine. A model that fails doesn't keep the others from answering. Never rejects.
   */
  ask(question: string, models: readonly LlmModelConfig[]): Promise<void>;
  /** Ends the answer that is being written; the models behind it aren't asked. */
  stop(): void;
  /** Saves each answer with the question as a chat with its model, once. @throws ModelError DB_FAILED */
  keep(): Promise<void>;
  /** The texts of answers that are being written change at the rate of a screen. */
  getSnapshot(): ComparisonSnapshot;
  subscribe(listener: () => void): () => void;
}

export interface ComparisonParts {
  session: Pick<LlmSession, 'lend' | 'getSnapshot'>;
  settingsOf(config: LlmModelConfig): GenerationSettings;
  save(change: ChatChange): Promise<void>;
  clock: Clock;
}

/** What one comparison writes to, as long as no later one has replaced it. */
interface Run {
  question: string;
  signal: AbortSignal;
  put(modelId: string, change: Partial<ComparedAnswer>): void;
}

export function createComparison(parts: ComparisonParts): Comparison {
  const snapshot = createObservable<ComparisonSnapshot>({
    ...{ question: '', answers: [], isKept: false },
  });
  let current = new AbortController();

  function putAnswers(change: (answer: ComparedAnswer) => ComparedAnswer): void {
    const before = snapshot.get();
    snapshot.set({ ...before, answers: before.answers.map(change) });
  }

  function stop(): void {
    current.abort();
    putAnswers((answer) =>
      answer.outcome.kind === 'waiting' ? { ...answer, outcome: { kind: 'stopped' } } : answer,
    );
  }

  return {
    async ask(question, models) {
      current.abort();
      const mine = new AbortController();
      current = mine;
      snapshot.set({ question, answers: models.map(unanswered), isKept: false });
      const run: Run = {
        question,
        signal: mine.signal,
        put(modelId, change) {
          if (current !== mine) return;
          putAnswers((answer) => (answer.modelId === modelId ? { ...answer, ...change } : answer));
        },
      };
      for (const config of models) {
        const outcome = await answerOf(parts, config, run);
        // By the person, or because the chat needs the engine.
        if (outcome.kind === 'stopped' && current === mine) stop();
        if (mine.signal.aborted) return;
      }
    },
    stop,
    async keep() {
      const { question, answers, isKept } = snapshot.get();
      if (isKept) return;
      const changes = answers.flatMap((answer, place) =>
        toChat({ question, answer, now: parts.clock.nowMs() + place }),
      );
      for (const change of changes) await parts.save(change);
      // Another question may have been asked in the meantime.
      if (snapshot.get().answers === answers) snapshot.set({ question, answers, isKept: true });
    },
    getSnapshot: snapshot.get,
    subscribe: snapshot.subscribe,
  };
}

const NOTHING_SAID: Said = { thought: '', thoughtMs: undefined, text: '' };

function unanswered({ modelId }: LlmModelConfig): ComparedAnswer {
  const unknown = { loadMs: undefined, memoryBytes: undefined };
  return { modelId, ...NOTHING_SAID, outcome: { kind: 'waiting' }, ...unknown };
}

async function answerOf(
  { session, settingsOf, clock }: ComparisonParts,
  config: LlmModelConfig,
  { question, signal, put }: Run,
): Promise<AnswerOutcome> {
  const { modelId } = config;
  const wasLoaded = session.getSnapshot().loaded.some((warm) => warm.modelId === modelId);
  const stream = createAnswerStream(clock, {
    show: (said) => put(modelId, said),
    keep: () => undefined,
  });
  const request = requestFor(settingsOf(config), [{ role: 'user', content: question }]);
  let outcome: AnswerOutcome;
  try {
    const stats = await session.lend(
      config,
      ({ model, loadMs, signal: taken }) => {
        const warm = session.getSnapshot().loaded.find((each) => each.modelId === modelId);
        put(modelId, {
          outcome: { kind: 'streaming' },
          loadMs: wasLoaded ? undefined : loadMs,
          memoryBytes: warm?.memoryBytes,
        });
        return model.generate(request, stream.take, taken);
      },
      { whenIdle: true, signal },
    );
    outcome = { kind: 'done', stats };
  } catch (error) {
    outcome = isAbortError(error)
      ? { kind: 'stopped' }
      : { kind: 'failed', failure: toFailure(error) };
  }
  put(modelId, { ...stream.end(), outcome });
  return outcome;
}

interface KeptExchange {
  question: string;
  answer: ComparedAnswer;
  /** The id of the chat, too. */
  now: number;
}

/** Nothing for a model that hasn't answered. */
function toChat({ question: asked, answer, now }: KeptExchange): ChatChange[] {
  const { modelId, thought, thoughtMs, text, outcome } = answer;
  if (outcome.kind === 'waiting' || text === '') return [];
  const question: Question = { id: now, role: 'user', text: asked };
  const said: Answer = { id: now + 1, role: 'assistant', thought, thoughtMs, text, outcome };
  return [{ chatId: now, modelId, changedAt: now, put: [question, said], removedIds: [] }];
}
