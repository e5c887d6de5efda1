/** The tokens of a model that says one sentence: what any text needs to be read, and the sentence's own pieces. */

/** How llama.cpp classes a token. */
const KIND = { normal: 1, unknown: 2, control: 3, byte: 6 } as const;

/** A space, as SentencePiece writes it. */
const SPACE = '\u2581';

export interface Vocabulary {
  tokens: string[];
  kinds: number[];
  /** Where the sentence's pieces are in `tokens`, in the order in which they are said. */
  pieceIds: number[];
  startOfTextId: number;
  endOfTurnId: number;
  spaceId: number;
}

/**
 * Every byte is a token, so that any prompt can be read. `sentence` is cut into words and marks, unless it comes in pieces.
 * @throws RangeError when a piece comes twice: what follows a token depends on that token alone.
 */
export function vocabularyFor(sentence: string | readonly string[]): Vocabulary {
  const pieces = typeof sentence === 'string' ? splitSentence(sentence) : sentence.map(asPiece);
  if (pieces.length === 0 || new Set(pieces).size !== pieces.length) {
    throw new RangeError(`A sentence needs words, each of them once: ${pieces.join('')}`);
  }
  const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${hex(byte)}>`);
  const groups: [keyof typeof KIND, string[]][] = [
    ['unknown', ['<unk>']],
    ['control', ['<s>', '</s>']],
    ['byte', bytes],
    ['control', ['<|im_start|>', '<|im_end|>']],
    ['control', pieces.filter(isSpecial)],
    ['normal', [SPACE, ...pieces.filter((piece) => piece !== SPACE && !isSpecial(piece))]],
  ];
  const tokens = groups.flatMap(([, group]) => group);
  const kinds = groups.flatMap(([kind, group]) => group.map(() => KIND[kind]));
  return {
    tokens,
    kinds,
    pieceIds: pieces.map((piece) => tokens.indexOf(piece)),
    startOfTextId: tokens.indexOf('<s>'),
    endOfTurnId: tokens.indexOf('<|im_end|>'),
    spaceId: tokens.indexOf(SPACE),
  };
}

/** Words with the space before them, and each mark alone. */
function splitSentence(sentence: string): string[] {
  const pieces = sentence.match(/ ?[\p{L}\p{N}]+|[^\p{L}\p{N}]/gu) ?? [];
  return pieces.map(asPiece);
}

function asPiece(text: string): string {
  return text.replaceAll(' ', SPACE);
}

/** As models mark turns and thoughts. */
function isSpecial(piece: string): boolean {
  return /^<\|\w+\|>$/.test(piece);
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}
