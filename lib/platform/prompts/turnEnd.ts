/** Ends an answer where the model goes on with somebody else's turn: what a format writes in plain words, no token ends. */
import { undecidedFrom } from './thoughtSplitter';

export interface TurnEnd {
  /** Takes the next piece of the stream; what may be the beginning of another turn is held back. */
  write(piece: string): void;
  /** Gives out what is still held back: the stream is over. */
  end(): void;
  /** Whether another turn has begun, so that nothing of what follows belongs to the answer. */
  isOver(): boolean;
}

/** `starts` are the texts that another turn begins with; without any, everything goes through as it comes. */
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
