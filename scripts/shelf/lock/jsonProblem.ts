/** Finds the place where a text stops being JSON: the runtime’s own message isn’t the same in every version. Pure. */

const TOKEN =
  // eslint-disable-next-line no-control-regex -- JSON allows none in a text
  /([[\]{},:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y;

/** The kinds of tokens that may follow. `key` is a text before a colon. */
type Expected = 'value' | 'value]' | 'key' | 'key}' | ':' | ',' | 'end';

/** The offset of the first token that can’t be there, or of the end of a text that ends too soon. Undefined for JSON. */
export function findJsonProblem(text: string): number | undefined {
  const open: ('{' | '[')[] = [];
  let expected: Expected = 'value';
  const afterValue = (): Expected => (open.length === 0 ? 'end' : ',');
  for (let at = skipBlanks(text, 0); at < text.length; at = skipBlanks(text, TOKEN.lastIndex)) {
    TOKEN.lastIndex = at;
    const [token = '', sign, value = ''] = TOKEN.exec(text) ?? [];
    if (token === '') return at;
    const next = step({ expected, sign, value, open, afterValue });
    if (next === undefined) return at;
    expected = next;
  }
  return expected === 'end' ? undefined : text.length;
}

interface Step {
  expected: Expected;
  sign: string | undefined;
  value: string;
  /** The brackets around this place; changed by brackets. */
  open: ('{' | '[')[];
  afterValue: () => Expected;
}

/** What may follow this token; undefined for a token that can’t be here. */
function step(token: Step): Expected | undefined {
  const { expected, sign, open } = token;
  switch (sign) {
    case '}':
      return close(token, '{', 'key}');
    case ']':
      return close(token, '[', 'value]');
    case ',':
      if (expected !== ',') return undefined;
      return open.at(-1) === '{' ? 'key' : 'value';
    case ':':
      return expected === ':' ? 'value' : undefined;
    default:
      return begin(token);
  }
}

/** `empty` is expected directly after the opening bracket. */
function close(
  { expected, open, afterValue }: Step,
  bracket: '{' | '[',
  empty: Expected,
): Expected | undefined {
  if (open.at(-1) !== bracket || (expected !== empty && expected !== ',')) return undefined;
  open.pop();
  return afterValue();
}

function begin({ expected, sign, value, open, afterValue }: Step): Expected | undefined {
  if (expected === 'key' || expected === 'key}') return value.startsWith('"') ? ':' : undefined;
  if (expected !== 'value' && expected !== 'value]') return undefined;
  if (sign === undefined) return afterValue();
  open.push(sign === '{' ? '{' : '[');
  return sign === '{' ? 'key}' : 'value]';
}

function skipBlanks(text: string, from: number): number {
  const blanks = /[ \t\r\n]*/y;
  blanks.lastIndex = from;
  blanks.exec(text);
  return blanks.lastIndex;
}

/** The number of the line that contains an offset, from 1. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
