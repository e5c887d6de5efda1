/** English in disguise, for tests: each text is marked, accented and longer, so that a text that isn't translated stands out. */
import type { TextLanguage } from './language';

const ACCENTED: Readonly<Record<string, string>> = {
  a: 'á', b: 'ƀ', c: 'ç', d: 'đ', e: 'é', f: 'ƒ', g: 'ğ', h: 'ĥ', i: 'í', j: 'ĵ', k: 'ķ', l: 'ł', m: 'ɱ',
  n: 'ñ', o: 'ó', p: 'þ', q: 'ʠ', r: 'ř', s: 'š', t: 'ŧ', u: 'ú', v: 'ṽ', w: 'ŵ', x: 'ẋ', y: 'ý', z: 'ž',
}; // prettier-ignore

/** Syntax of ICU messages keeps its letters: arguments, and the heads of `plural` and `select`. */
const SYNTAX =
  /\{\w+(?:, (?:plural|select|selectordinal),)?\s*\}?|(?:=\d+|\b(?:zero|one|two|few|many|other|\w+)) \{/g;

export const PSEUDO_LANGUAGE: TextLanguage = { locale: 'en-XA', translate: disguise };

function disguise(message: string): string {
  let text = '';
  let read = 0;
  for (const match of message.matchAll(SYNTAX)) {
    text += accented(message.slice(read, match.index)) + match[0];
    read = match.index + match[0].length;
  }
  text += accented(message.slice(read));
  return `⟦${text}${'~'.repeat(Math.ceil(message.length * 0.4))}⟧`;
}

const accented = (text: string) => text.replace(/[a-z]/g, (letter) => ACCENTED[letter] ?? letter);
