/** What a translation has to keep of its message, so that the app can show it. */
import { hasBrace, kindsOf, parseMessage, pluralsOf, selectsOf } from './messageParts';

interface Translation {
  message: string;
  text: string;
  /** A tag; it decides which plural forms there have to be. */
  language: string;
}

/** In one sentence; undefined where nothing is wrong. */
export function checkTranslation({ message, text, language }: Translation): string | undefined {
  const wanted = parseMessage(message, 'en');
  const found = parseMessage(text, language);
  if (wanted === undefined) return 'the message isn’t a valid ICU message';
  if (found === undefined) return 'the translation isn’t a valid ICU message';
  if (text.trim() !== text || text === '')
    return 'the translation is empty, or has blanks around it';
  const lost = difference(kindsOf(wanted), kindsOf(found));
  if (lost !== '') return `the translation lacks or adds ${lost}`;
  const choices = difference(selectsOf(wanted), selectsOf(found));
  if (choices !== '') return `a select lacks or adds ${choices}`;
  // The parser takes a brace that closes nothing as text.
  if (hasBrace(found) && !hasBrace(wanted)) return 'the translation has a brace too many';
  const forms = formsOf(language);
  const short = pluralsOf(found).find((plural) => forms.some((form) => !plural.includes(form)));
  if (short !== undefined) return `a plural has ${short.join(', ')}, and needs ${forms.join(', ')}`;
  return undefined;
}

const formsByLanguage = new Map<string, readonly string[]>();

/** Counts are whole numbers: a form that only fractions or millions have may be left out. */
function formsOf(language: string): readonly string[] {
  const known = formsByLanguage.get(language);
  if (known !== undefined) return known;
  const rules = new Intl.PluralRules(language);
  const counts = Array.from({ length: 1000 }, (_, count) => count);
  const forms = [...new Set([...counts.map((count) => rules.select(count)), 'other'])];
  formsByLanguage.set(language, forms);
  return forms;
}

function difference(one: ReadonlySet<string>, other: ReadonlySet<string>): string {
  const parts = new Set([...one, ...other]);
  return [...parts].filter((part) => one.has(part) !== other.has(part)).join(', ');
}
