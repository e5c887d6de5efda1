/** The search for words in chats: patterns for SQLite's LIKE, and the place that was found. Pure. */

/** More than anybody types. */
const MOST_WORDS = 8;
const LONGEST_WORD = 100;

/** The words of a search; each has to be in the chat, in whatever order. */
export function searchedWords(search: string): string[] {
  const words = search.split(/\s+/).filter((word) => word !== '');
  return [...new Set(words)].slice(0, MOST_WORDS).map((word) => word.slice(0, LONGEST_WORD));
}

/**
 * For LIKE with `ESCAPE '\'`: a text contains the word if it matches one of them. Also inside of a longer word, because
 * Chinese has no spaces.
 */
export function patternsOf(word: string): string[] {
  return formsOf(word).map((form) => `%${form.replace(/[\\%_]/g, '\\$&')}%`);
}

const ASCII = /^[ -~]*$/;

/** LIKE takes small and capital letters as equal in English only, so the usual forms of other words are looked for. */
function formsOf(word: string): string[] {
  if (ASCII.test(word)) return [word];
  const lower = word.toLowerCase();
  const [first = ''] = lower;
  const capital = first.toUpperCase() + lower.slice(first.length);
  return [...new Set([word, lower, capital, word.toUpperCase()])];
}

const BEFORE = 40;
const AFTER = 120;

/** The part of a text around the first place of the word, on one line; its beginning where the word isn't in it. */
export function excerptAround(text: string, word: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const at = Math.max(0, line.toLowerCase().indexOf(word.toLowerCase()));
  const from = at <= BEFORE ? 0 : at - BEFORE;
  const cut = line.slice(from, at + AFTER).replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, '');
  return `${from > 0 ? '…' : ''}${cut}${line.length > at + AFTER ? '…' : ''}`;
}
