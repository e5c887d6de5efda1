/** Ends an answer where the model begins another turn: a format that marks turns in plain words has no end token. */
import { undecidedFrom } from './thoughtSplitter';

export interface TurnEnd {
  /** Takes the next piece of the stream; holds back text that may be the beginning of another turn. */
  write(piece: string): void;
  /** Gives out the text that is still held back, because the stream is over. */
  end(): void;
  /** Whether another turn has begun, so that the following text isn't part of the answer. */
  isOver(): boolean;
}

/** `starts` are the texts that begin another turn; if there are none, all text passes through unchanged. */
export function createTurnEnd(say: (text: string) => void, starts: readonly string[]): TurnEnd {
  let held = '';
  let isOver = false;

  function give(text: string): void {
    if (text !== '') say(text);
  }

  return {
    write(piece) {
      if (isOver) return;
      if (starts.length === 0) {
        give(piece);
        return;
      }
      held += piece;
      const found = starts.map((start) => held.indexOf(start)).filter((at) => at !== -1);
      isOver = found.length > 0;
      const upTo = isOver
        ? Math.min(...found)
        : Math.min(...starts.map((start) => undecidedFrom(held, start)));
      give(isOver ? held.slice(0, upTo).trimEnd() : held.slice(0, upTo));
      held = isOver ? '' : held.slice(upTo);
    },
    end() {
      give(held.trimEnd());
      held = '';
    },
    isOver: () => isOver,
  };
}
