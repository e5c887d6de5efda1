/** The arguments of an ICU message, and the forms of its plurals and selects. */
import { IntlMessageFormat } from 'intl-messageformat';

type Elements = ReturnType<IntlMessageFormat['getAst']>;

/** Of the tree of a message: an argument has a name as `value`, a plural or a select its forms as `options`. */
interface AnyElement {
  type: number;
  value?: unknown;
  options?: Readonly<Record<string, { value: readonly AnyElement[] }>>;
}

const KINDS: Readonly<Record<number, string>> = { 1: 'text', 5: 'select', 6: 'plural' };

/** Undefined for a text that isn't an ICU message. */
export function parseMessage(text: string, language: string): Elements | undefined {
  try {
    return new IntlMessageFormat(text, language, undefined, { ignoreTag: true }).getAst();
  } catch {
    // Only the parser can say so.
    return undefined;
  }
}

export type ArgumentKind = 'text' | 'select' | 'plural' | 'other';

/** Each argument by its name, wherever it is; one that is also a plural or a select is that. */
export function argumentsOf(elements: readonly AnyElement[]): Map<string, ArgumentKind> {
  const found = new Map<string, ArgumentKind>();
  for (const { type, value } of flatten(elements)) {
    if (type === 0 || typeof value !== 'string') continue;
    const kind = (KINDS[type] ?? 'other') as ArgumentKind;
    if (kind !== 'text' || !found.has(value)) found.set(value, kind);
  }
  return found;
}

/** As `{name}` or `{name, plural}`. */
export function kindsOf(elements: readonly AnyElement[]): Set<string> {
  const all = [...argumentsOf(elements)];
  return new Set(all.map(([name, kind]) => (kind === 'text' ? `{${name}}` : `{${name}, ${kind}}`)));
}

/** The forms of each plural. */
export function pluralsOf(elements: readonly AnyElement[]): string[][] {
  return flatten(elements).flatMap(({ type, options = {} }) =>
    KINDS[type] === 'plural' ? [Object.keys(options)] : [],
  );
}

/** The cases of all selects, as `name: case`. */
export function selectsOf(elements: readonly AnyElement[]): Set<string> {
  const cases = flatten(elements).flatMap(({ type, value, options = {} }) =>
    KINDS[type] === 'select' ? Object.keys(options).map((each) => `${String(value)}: ${each}`) : [],
  );
  return new Set(cases);
}

/** Whether a brace is shown as text. */
export function hasBrace(elements: readonly AnyElement[]): boolean {
  return flatten(elements).some(({ type, value }) => type === 0 && /[{}]/.test(String(value)));
}

/** Each element, and behind it those in its forms. */
function flatten(elements: readonly AnyElement[]): AnyElement[] {
  return elements.flatMap((element) => [
    element,
    ...Object.values(element.options ?? {}).flatMap(({ value }) => flatten(value)),
  ]);
}
