/** English in disguise, for tests: each text is marked, accented and longer, so that a text that isn't translated stands out. */
import { IntlMessageFormat } from 'intl-messageformat';
import type { TextLanguage } from './language';

const ACCENTED: Readonly<Record<string, string>> = {
  a: 'á', b: 'ƀ', c: 'ç', d: 'đ', e: 'é', f: 'ƒ', g: 'ğ', h: 'ĥ', i: 'í', j: 'ĵ', k: 'ķ', l: 'ł', m: 'ɱ',
  n: 'ñ', o: 'ó', p: 'þ', q: 'ʠ', r: 'ř', s: 'š', t: 'ŧ', u: 'ú', v: 'ṽ', w: 'ŵ', x: 'ẋ', y: 'ý', z: 'ž',
}; // prettier-ignore

export const PSEUDO_LANGUAGE: TextLanguage = { locale: 'en-XA', translate: disguise };

/** Of the tree of a message: a text, an argument, or a plural or select with its forms. */
interface Element {
  type: number;
  value?: unknown;
  options?: Readonly<Record<string, { value: readonly Element[] }>>;
}
const LITERAL = 0;
const SELECT = 5;
const POUND = 7;

function disguise(message: string): string {
  const elements: readonly Element[] = new IntlMessageFormat(message, 'en', undefined, {
    ignoreTag: true,
  }).getAst();
  // Words of a usual length: a single long one would fit nowhere.
  const more = ' ~~~~'.repeat(Math.ceil(message.length * 0.08));
  return `⟦${elements.map(written).join('')}${more}⟧`;
}

/** As a part of a message again, with its texts accented and its syntax as it was. */
function written({ type, value, options }: Element): string {
  if (type === LITERAL) return accented(String(value));
  if (type === POUND) return '#';
  if (options === undefined) return `{${String(value)}}`;
  const forms = Object.entries(options).map(
    ([form, { value: elements }]) => `${form} {${elements.map(written).join('')}}`,
  );
  return `{${String(value)}, ${type === SELECT ? 'select' : 'plural'}, ${forms.join(' ')}}`;
}

const accented = (text: string) => text.replace(/[a-z]/g, (letter) => ACCENTED[letter] ?? letter);
