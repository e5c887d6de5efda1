/** Markdown as this app shows it: a small tree of text, without HTML, pictures or unsafe addresses. Pure. */
import type { MarkedToken, Token, Tokens } from 'marked';
import { lexMarkdown } from './markdownLexer';
import { safeLink } from './markdownLinks';
import type { SafeLink } from './markdownLinks';

export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'strong' | 'emphasis' | 'strike'; children: Inline[] }
  | { kind: 'link'; link: SafeLink; children: Inline[] };

export type Block =
  | { kind: 'paragraph'; children: Inline[] }
  | { kind: 'heading'; level: number; children: Inline[] }
  /** `language` is the name that the model wrote; empty for none. */
  | { kind: 'code'; language: string; text: string }
  | { kind: 'quote'; blocks: Block[] }
  /** `start` is the number of the first item; undefined for bullets. */
  | { kind: 'list'; start: number | undefined; items: Block[][] }
  | { kind: 'table'; header: Inline[][]; rows: Inline[][][] }
  | { kind: 'rule' };

/** Longer or more complex than any real answer; such a text is shown as it was written. */
const LONGEST = 100_000;
const MOST_NODES = 8_000;

/** A block at the top level, and the text that it was read from. */
export interface TopBlock {
  raw: string;
  /** Undefined for white space. */
  block: Block | undefined;
}

/** Never throws; the `raw`s together are the text, except for line ends. */
export function readBlocks(text: string): TopBlock[] {
  const asWritten: TopBlock[] = [
    { raw: text, block: { kind: 'paragraph', children: [{ kind: 'text', text }] } },
  ];
  if (text.length > LONGEST) return asWritten;
  try {
    const budget = { nodes: MOST_NODES };
    return lexMarkdown(text).map((token) => ({ raw: token.raw, block: toBlock(token, budget) }));
  } catch {
    // Whatever failed, the person can still read the text.
    return asWritten;
  }
}

interface Budget {
  nodes: number;
}

function spend(budget: Budget): void {
  budget.nodes -= 1;
  if (budget.nodes < 0) throw new RangeError('more than anybody reads');
}

const toBlocks = (tokens: readonly Token[], budget: Budget): Block[] =>
  tokens.flatMap((token) => toBlock(token, budget) ?? []);

function toBlock(token: Token, budget: Budget): Block | undefined {
  spend(budget);
  const known = token as MarkedToken;
  switch (known.type) {
    case 'space':
      return undefined;
    case 'hr':
      return { kind: 'rule' };
    case 'heading':
      return {
        kind: 'heading',
        level: known.depth,
        children: toInlines(known.tokens, budget),
      };
    case 'code':
      return { kind: 'code', language: languageOf(known), text: known.text };
    case 'blockquote':
      return { kind: 'quote', blocks: toBlocks(known.tokens, budget) };
    case 'list':
      return {
        kind: 'list',
        start: typeof known.start === 'number' ? known.start : undefined,
        items: known.items.map(({ tokens }) => toBlocks(withBox(tokens), budget)),
      };
    case 'table':
      return {
        kind: 'table',
        header: known.header.map(({ tokens }) => toInlines(tokens, budget)),
        rows: known.rows.map((row) => row.map(({ tokens }) => toInlines(tokens, budget))),
      };
    default:
      return { kind: 'paragraph', children: toInlines(childrenOf(token), budget) };
  }
}

/** Moves a check box into the text after it. */
function withBox(tokens: readonly Token[]): readonly Token[] {
  const [box, words, ...rest] = tokens;
  if (box?.type !== 'checkbox' || words?.type !== 'text') return tokens;
  return [{ ...words, tokens: [box, ...childrenOf(words)] }, ...rest];
}

const childrenOf = (token: Token): readonly Token[] => (token as Tokens.Generic).tokens ?? [token];

function languageOf({ lang }: Tokens.Code): string {
  return /^[\w+#.-]{1,24}/.exec(lang ?? '')?.[0] ?? '';
}

/** Adjacent texts are joined. */
function toInlines(tokens: readonly Token[], budget: Budget): Inline[] {
  const inlines: Inline[] = [];
  for (const inline of tokens.flatMap((token) => toInline(token, budget))) {
    const last = inlines.at(-1);
    if (inline.kind === 'text' && last?.kind === 'text') last.text += inline.text;
    else inlines.push(inline);
  }
  return inlines;
}

const NESTING = { strong: 'strong', em: 'emphasis', del: 'strike' } as const;

function toInline(token: Token, budget: Budget): Inline | Inline[] {
  spend(budget);
  const known = token as MarkedToken;
  switch (known.type) {
    case 'codespan':
      return { kind: 'code', text: known.text };
    case 'strong':
    case 'em':
    case 'del':
      return { kind: NESTING[known.type], children: toInlines(known.tokens, budget) };
    case 'link':
      return toLink(known, toInlines(known.tokens, budget));
    case 'image':
      // Nothing is downloaded for an answer; a person who wants to see the picture follows the link.
      return toLink(known, [{ kind: 'text', text: `Image: ${known.text || 'without a name'}` }]);
    case 'text':
      return known.tokens
        ? toInlines(known.tokens, budget)
        : { kind: 'text', text: decoded(known.text) };
    default:
      return { kind: 'text', text: asText(known) };
  }
}

function asText(token: MarkedToken): string {
  switch (token.type) {
    case 'br':
      return '\n';
    case 'checkbox':
      return token.checked ? '☑ ' : '☐ ';
    case 'escape':
      return token.text;
    default:
      return token.raw;
  }
}

/** An unsafe address is shown as plain text. */
function toLink({ href, raw }: Tokens.Link | Tokens.Image, children: Inline[]): Inline {
  const link = safeLink(href);
  return link ? { kind: 'link', link, children } : { kind: 'text', text: raw };
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&amp;', '&'],
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&quot;', '"'],
  ['&#39;', "'"],
  ['&nbsp;', '\u00a0'],
]);

/** Models write these for HTML, but this text isn't HTML. */
function decoded(text: string): string {
  return text.replace(/&(?:amp|lt|gt|quot|#39|nbsp);/g, (entity) => ENTITIES.get(entity) ?? entity);
}
