/** Turns tokens into text as they come: a character may be spread over several tokens. */
import type { LlamaModel, Token } from 'node-llama-cpp';

/** A token tells whether a space belongs before it only together with some before. */
const REMEMBERED_TOKENS = 8;

/** The longest character, an emoji of several parts aside, is four bytes, each perhaps a token. */
const MOST_PENDING_TOKENS = 8;

const UNFINISHED = '\ufffd';

export interface TextStream {
  write(token: Token): void;
  /** Gives out what is still pending. */
  end(): void;
}

export interface TextStreamParts {
  model: Pick<LlamaModel, 'detokenize'>;
  /** Special tokens that have a text here. */
  shownTokens: ReadonlySet<Token>;
  say: (text: string) => void;
}

export function createTextStream({ model, shownTokens, say }: TextStreamParts): TextStream {
  let before: Token[] = [];
  let pending: Token[] = [];

  function flush(text: string): void {
    before = [...before, ...pending].slice(-REMEMBERED_TOKENS);
    pending = [];
    if (text !== '') say(text);
  }

  return {
    write(token) {
      if (shownTokens.has(token)) {
        if (pending.length > 0) flush(model.detokenize(pending, false, before));
        pending.push(token);
        flush(model.detokenize(pending, true));
        return;
      }
      pending.push(token);
      const text = model.detokenize(pending, false, before);
      const isUnfinished = text.endsWith(UNFINISHED) && pending.length < MOST_PENDING_TOKENS;
      if (!isUnfinished) flush(text);
    },
    end() {
      if (pending.length > 0) flush(model.detokenize(pending, false, before));
    },
  };
}
