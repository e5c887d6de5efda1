/** Turns a stream of tokens into text: a character may be spread over several tokens. */
import type { LlamaModel, Token } from 'node-llama-cpp';

/** Whether a space belongs before a token depends on some tokens before it. */
const REMEMBERED_TOKENS = 8;

/** A character has at most four bytes, each of which may be a token. Emojis of several parts are several characters. */
const MOST_PENDING_TOKENS = 8;

const UNFINISHED = '\ufffd';

export interface TextStream {
  write(token: Token): void;
  /** Gives out the text that is still pending. */
  end(): void;
}

export interface TextStreamParts {
  model: Pick<LlamaModel, 'detokenize'>;
  /** Special tokens that are turned into text, too. */
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
