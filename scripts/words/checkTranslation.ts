/** What a translation has to keep of its message, so that the app can show it. */
import { IntlMessageFormat } from 'intl-messageformat';

interface Translation {
  message: string;
  text: string;
  /** A tag; it decides which plural forms there have to be. */
  language: string;
}

type Elements = ReturnType<IntlMessageFormat['getAst']>;

/** In one sentence; undefined where nothing is wrong. */
export function checkTranslation({ message, text, language }: Translation): string | undefined {
  const wanted = parse(message, 'en');
  const found = parse(text, language);
  if (wanted === undefined) return 'the message isn’t a valid ICU message';
  if (found === undefined) return 'the translation isn’t a valid ICU message';
  const lost = difference(argumentsOf(wanted), argumentsOf(found));
  if (lost !== '') return `the translation lacks or adds {${lost}}`;
  const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
  const forms = pluralCategories.filter(
    (each) => each === 'other' || isForNumbersOfThings(each, language),
  );
  const short = pluralsOf(found).find((plural) => forms.some((form) => !plural.includes(form)));
  if (short !== undefined) return `a plural has ${short.join(', ')}, and needs ${forms.join(', ')}`;
  return undefined;
}

/** Counts are whole numbers: a form that only fractions or millions have may be left out. */
function isForNumbersOfThings(category: Intl.LDMLPluralRule, language: string): boolean {
  const rules = new Intl.PluralRules(language);
  return Array.from({ length: 1000 }, (_, count) => rules.select(count)).includes(category);
}

function parse(text: string, language: string): Elements | undefined {
  try {
    return new IntlMessageFormat(text, language, undefined, { ignoreTag: true }).getAst();
  } catch {
    // Only the parser can say so.
    return undefined;
  }
}

/** Of the tree of a message: an argument has a name as `value`, a plural its forms as `options`. */
interface AnyElement {
  type: number;
  value?: unknown;
  options?: Readonly<Record<string, { value: readonly AnyElement[] }>>;
}

const LITERAL = 0;
const PLURAL = 6;

function argumentsOf(elements: readonly AnyElement[]): Set<string> {
  const names = new Set<string>();
  for (const { type, value, options } of elements) {
    if (type !== LITERAL && typeof value === 'string') names.add(value);
    for (const { value: nested } of Object.values(options ?? {})) {
      for (const name of argumentsOf(nested)) names.add(name);
    }
  }
  return names;
}

function pluralsOf(elements: readonly AnyElement[]): string[][] {
  return elements.flatMap(({ type, options = {} }) => {
    const nested = Object.values(options).flatMap(({ value }) => pluralsOf(value));
    return type === PLURAL ? [Object.keys(options), ...nested] : nested;
  });
}

function difference(one: ReadonlySet<string>, other: ReadonlySet<string>): string {
  const names = new Set([...one, ...other]);
  return [...names].filter((name) => one.has(name) !== other.has(name)).join(', ');
}
