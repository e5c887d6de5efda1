/**
 * Cuts Markdown into marked's tokens, within limits: any text costs little time and no deep stack. HTML is kept as
 * text.
 */
import { Lexer, Tokenizer } from 'marked';
import type { Token, TokensList } from 'marked';

/** Quotes, lists and emphasis that are nested more deeply are shown as they were written. */
const DEEPEST = 12;
/** Each mark of emphasis or a link in a paragraph is compared with all the others, so many of them cost much time. */
const MOST_MARKS = 1_500;
const MARKS = /[*_~[\]`]/g;

/** @throws RangeError, Error if marked gives up: show the text as it is then */
export function lexMarkdown(text: string): Token[] {
  const tokenizer = new Tokenizer();
  tokenizer.html = () => undefined;
  tokenizer.tag = () => undefined;
  const lexer = new Lexer({ gfm: true, tokenizer });
  const { blockTokens, inlineTokens } = lexer;
  let depth = 0;

  function deeper(asWritten: () => Token[], lex: () => Token[]): Token[] {
    if (depth >= DEEPEST) return asWritten();
    depth += 1;
    try {
      return lex();
    } finally {
      depth -= 1;
    }
  }

  // Every nested rule calls these two functions.
  lexer.blockTokens = ((source: string, tokens: TokensList, clipped?: boolean) =>
    deeper(
      () => add(tokens, { type: 'paragraph', raw: source, text: source, tokens: [plain(source)] }),
      () => blockTokens.call(lexer, source, tokens, clipped),
    )) as Lexer['blockTokens'];
  lexer.inlineTokens = (source: string, tokens: Token[] = []) =>
    deeper(
      () => add(tokens, plain(source)),
      () =>
        isBusy(source) ? add(tokens, plain(source)) : inlineTokens.call(lexer, source, tokens),
    );
  return lexer.lex(text);
}

function plain(text: string): Token {
  return { type: 'text', raw: text, text };
}

function add(tokens: Token[], token: Token): Token[] {
  tokens.push(token);
  return tokens;
}

function isBusy(source: string): boolean {
  return (source.match(MARKS)?.length ?? 0) > MOST_MARKS;
}
