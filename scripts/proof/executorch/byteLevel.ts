/**
 * A tokenizer in Hugging Face's `tokenizer.json`, which ExecuTorch's runner reads: every byte is a token, and merges make
 * each piece of one sentence a token, too.
 */

export interface ByteLevelTokenizer {
  /** The content of `tokenizer.json`. */
  json: unknown;
  /** Texts by id, as the file spells them. */
  tokens: readonly string[];
  /** Of the sentence's pieces, in the order in which they are said. */
  pieceIds: readonly number[];
  specialIds: Readonly<Record<SpecialToken, number>>;
}

export const SPECIAL_TOKENS = [
  '<|begin_of_text|>',
  '<|end_of_text|>',
  '<|im_start|>',
  '<|im_end|>',
] as const;
export type SpecialToken = (typeof SPECIAL_TOKENS)[number];

/** Words with the space before them, and anything else by itself. */
const PIECE = ' ?\\p{L}+|[^\\p{L}]';

/** @throws RangeError when a piece comes twice: what follows a token depends on that token alone. */
export function byteLevelTokenizer(sentence: string): ByteLevelTokenizer {
  const pieces = (sentence.match(new RegExp(PIECE, 'gu')) ?? []).map(spell);
  if (pieces.length === 0 || new Set(pieces).size !== pieces.length) {
    throw new RangeError(`A sentence needs words, each of them once: ${sentence}`);
  }
  const merges = mergesFor(pieces);
  const plain = [...BYTE_LETTERS, ...merges.map(([first, second]) => first + second)];
  const tokens = [...plain, ...SPECIAL_TOKENS];
  const idOf = (token: string) => tokens.indexOf(token);
  return {
    json: describeTokenizer(plain, merges),
    tokens,
    pieceIds: pieces.map(idOf),
    specialIds: Object.fromEntries(
      SPECIAL_TOKENS.map((token) => [token, idOf(token)]),
    ) as ByteLevelTokenizer['specialIds'],
  };
}

type Merge = readonly [first: string, second: string];

/** Each piece grows from its first letter, so that no merge stands in the way of another. */
function mergesFor(pieces: readonly string[]): Merge[] {
  const merges = new Map<string, Merge>();
  for (const piece of pieces) {
    const letters = Array.from(piece);
    for (let length = 1; length < letters.length; length++) {
      const first = letters.slice(0, length).join('');
      const second = letters[length] ?? '';
      merges.set(first + second, [first, second]);
    }
  }
  return [...merges.values()];
}

function describeTokenizer(plain: readonly string[], merges: readonly Merge[]): unknown {
  const firstSpecialId = plain.length;
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: SPECIAL_TOKENS.map((content, index) => ({
      id: firstSpecialId + index,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: PIECE }, behavior: 'Isolated', invert: false },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
      ],
    },
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(plain.map((token, id) => [token, id])),
      merges,
    },
  };
}

/** In such files a byte is written as a letter: itself where it can be seen, else one from U+0100 on. */
const BYTE_LETTERS: readonly string[] = (() => {
  const canBeSeen = (byte: number) =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte !== 0xad);
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) =>
    String.fromCodePoint(canBeSeen(byte) ? byte : next++),
  );
})();

function spell(piece: string): string {
  return [...new TextEncoder().encode(piece)].map((byte) => BYTE_LETTERS[byte]).join('');
}
