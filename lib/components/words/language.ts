/**
 * The language of all texts of the app, and `t`, which translates one text. A page has one language, as a document has
 * one `lang`: so it is one value here, and not a parameter of each function that makes words. It is English until
 * `setLanguage`, as in the terminal.
 */
import { IntlMessageFormat } from 'intl-messageformat';

/** What `t` needs of a language. */
export interface TextLanguage {
  /** A BCP 47 tag, with the person's region where the system states one. It decides plurals, numbers and dates. */
  locale: string;
  /** The translation of an English message; undefined shows the English one. */
  translate: (message: string) => string | undefined;
}

/** British by its dates; its texts are the messages themselves. */
export const ENGLISH: TextLanguage = { locale: 'en-GB', translate: () => undefined };

/**
 * The library asks the browser for each message whether it knows the locale. The answer stays the same, and asking was a
 * tenth of the work for the first screen.
 */
const { resolveLocale } = IntlMessageFormat;
const resolved = new Map<string, Intl.Locale | undefined>();
IntlMessageFormat.resolveLocale = (locales) => {
  const tag = String(locales);
  if (!resolved.has(tag)) resolved.set(tag, resolveLocale(locales));
  return resolved.get(tag);
};

let current = ENGLISH;
const parsed = new Map<string, IntlMessageFormat>();

/** From the next call of `t` on. What is on the screen has to be rendered anew. */
export function setLanguage(language: TextLanguage): void {
  current = language;
  parsed.clear();
}

/** The tag for `Intl`: of the language of the texts, not of the system. */
export const currentLocale = (): string => current.locale;

/**
 * The text of an English ICU message in the current language: `t('{count, plural, one {# model} other {# models}}', { count })`.
 * Always a literal, so that a script finds all messages. A value is inserted as it is; numbers in `plural` get the
 * format of the language. Without values a message is plain text, in which braces mean nothing.
 */
export function t(message: string, values?: Readonly<Record<string, string | number>>): string {
  const text = current.translate(message) ?? message;
  if (values === undefined) return text;
  let format = parsed.get(text);
  if (format === undefined) {
    format = new IntlMessageFormat(text, current.locale, undefined, { ignoreTag: true });
    parsed.set(text, format);
  }
  return String(format.format(values));
}

/** The translation of a sentence that the core or the registry made: as it is where it has none, as a catalog's own has. */
export const translated = (text: string): string => current.translate(text) ?? text;
