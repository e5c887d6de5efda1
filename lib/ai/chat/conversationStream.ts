/** Owns the text of one answer while it arrives: when it is shown, and when it is saved. */
import type { Clock, OnText } from '../../platform/types';
import type { Said } from './conversationEntries';

export interface StreamListener {
  /** Called at most once a frame, and less often for long answers, because each of their renders costs more. */
  show(said: Said): void;
  /** Called about once a second while pieces arrive: a crash loses at most that much. */
  keep(said: Said): void;
}

export interface AnswerStream {
  take: OnText;
  /** Returns the whole text; the listener isn't called any more. */
  end(): Said;
}

/** Two frames of a screen that shows sixty a second. */
const SHORTEST_PACE_MS = 32;
const LONGEST_PACE_MS = 160;
const CHARACTERS_PER_MS = 250;
const KEEP_EVERY_MS = 1_000;

export function createAnswerStream(clock: Clock, listener: StreamListener): AnswerStream {
  let said: Said = { thought: '', thoughtMs: undefined, text: '' };
  let thinkingSinceMs: number | undefined;
  let shownAtMs = -Infinity;
  let callOffShow: (() => void) | undefined;
  let callOffKeep: (() => void) | undefined;

  function show(): void {
    callOffShow?.();
    callOffShow = undefined;
    shownAtMs = clock.monotonicMs();
    listener.show(said);
  }

  function keep(): void {
    callOffKeep = undefined;
    listener.keep(said);
  }

  function endThought(): void {
    if (thinkingSinceMs === undefined || said.thoughtMs !== undefined) return;
    said = { ...said, thoughtMs: clock.monotonicMs() - thinkingSinceMs };
  }

  return {
    take(piece, channel) {
      if (channel === 'thought') {
        thinkingSinceMs ??= clock.monotonicMs();
        said = { ...said, thought: said.thought + piece };
      } else {
        endThought();
        said = { ...said, text: said.text + piece };
      }
      const waitMs = shownAtMs + paceMs(said) - clock.monotonicMs();
      if (waitMs <= 0) show();
      else callOffShow ??= clock.after(waitMs, show);
      callOffKeep ??= clock.after(KEEP_EVERY_MS, keep);
    },

    end() {
      callOffShow?.();
      callOffKeep?.();
      endThought();
      return said;
    },
  };
}

function paceMs({ thought, text }: Said): number {
  const length = thought.length + text.length;
  return Math.min(LONGEST_PACE_MS, Math.max(SHORTEST_PACE_MS, length / CHARACTERS_PER_MS));
}
