/** Texts and values that somebody who means harm, or a server that is confused, might send. */
import fc, { type Arbitrary } from 'fast-check';

const MEBIBYTE = 1024 * 1024;

const STRINGS = [
  ...['', ' ', '.', '..', '/', '\\', '\0', 'a\0b', '-1', '1.5', '1e999', '0x10', 'NaN', 'null'],
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'then'],
  ...[
    '../../etc/passwd',
    '/etc/passwd',
    'C:\\x',
    'a/b',
    'a\\b',
    'CON',
    'nul.txt',
    'x.',
    ' x',
    'x ',
  ],
  ...['e\u0301', '\u202egnp.exe', '\u200b', '\ufeff', '\ud800', '😀', '%zz', '%00', '%2e%2e%2f'],
  ...[
    'model.json',
    'model.executorch.json',
    '.staging',
    '.trash',
    'plan.json',
    'bundled',
    'remote',
    'sha256',
    'x'.repeat(300),
  ],
];
const ADDRESSES = [
  ...['javascript:alert(1)', 'file:///etc/passwd', 'data:,x', 'http://evil.example/x', 'https://'],
  ...['https://user:secret@hub.example/x', 'https://hub.example\r\nx: y', '//hub.example/x'],
  ...['http://localhost.evil.example/x', 'http://127.0.0.1/x', 'ftp://hub.example/x', 'HTTPS:x'],
];
const NUMBERS = [
  ...['-1', '-0', '0', '1', '0.5', '1e15', '9007199254740991', '9007199254740992'],
  ...['9223372036854775807', '9223372036854775808', '-9223372036854775809', '1e308', '1e999'],
];

// Of any characters. `unit: 'binary'` means the same, but takes 5 s to prepare for shrinking.
const anyText = fc
  .array(fc.nat(0x10ffff), { maxLength: 30 })
  .map((codes) => String.fromCodePoint(...codes));

/** Short ones mostly, seldom one of a mebibyte. */
export const hostileText: Arbitrary<string> = fc.oneof(
  { weight: 60, arbitrary: fc.constantFrom(...STRINGS, ...ADDRESSES) },
  { weight: 20, arbitrary: anyText },
  { weight: 20, arbitrary: fc.constantFrom(...NUMBERS) },
  { weight: 1, arbitrary: fc.constantFrom('x'.repeat(MEBIBYTE), '9'.repeat(MEBIBYTE)) },
);

const POLLUTION = '{"polluted":true,"toString":1,"kind":"remote","version":1}';

/** A value as JSON text, so that `__proto__` is a key like others, keys come twice, and numbers are larger than any. */
export const hostileJson: Arbitrary<string> = fc.letrec<{ value: string }>((tie) => {
  const key = fc.oneof(
    fc.constantFrom('__proto__', 'constructor', 'prototype', 'kind'),
    hostileText,
  );
  const entry = fc.tuple(key, tie('value'));
  return {
    value: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      hostileText.map((text) => JSON.stringify(text)),
      fc.constantFrom(...NUMBERS, 'true', 'false', 'null', '[]', '{}', POLLUTION),
      fc.array(tie('value'), { maxLength: 4 }).map((values) => `[${values.join(',')}]`),
      fc.array(entry, { maxLength: 4 }).map(objectText),
    ),
  };
}).value;

function objectText(entries: readonly (readonly [string, string])[]): string {
  return `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`;
}

interface Mutation {
  /** Of the values in the order of their text. */
  place: number;
  /** `kindred` stays a text, a number or an address, and is wrong in itself alone. */
  how: 'kindred' | 'replace' | 'drop' | 'double' | 'add';
  key: string;
  pick: number;
  json: string;
}

/** JSON text of a right value in which up to four things are wrong. */
export function mutatedJson(right: unknown): Arbitrary<string> {
  const values = countValues(right);
  const mutation: Arbitrary<Mutation> = fc.record({
    place: fc.nat(values - 1),
    how: fc.constantFrom('kindred', 'kindred', 'kindred', 'replace', 'drop', 'double', 'add'),
    key: fc.constantFrom('__proto__', 'constructor', 'kind', 'url', 'sizeBytes'),
    pick: fc.nat(),
    json: fc.oneof(hostileJson, fc.constant(POLLUTION)),
  });
  // Alone, a mistake meets the check that is meant for it; others would be met first.
  const count = fc.oneof(
    fc.constant({ minLength: 1, maxLength: 1 }),
    fc.constant({ maxLength: 4 }),
  );
  const mutations = count.chain((length) => fc.array(mutation, length));
  return mutations.map((chosen) => {
    const wrong = new Map(chosen.map((one) => [one.place, one]));
    let place = 0;
    return writeMutated(right, () => wrong.get(place++)) ?? '';
  });
}

function countValues(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce((sum: number, part) => sum + countValues(part), 1);
}

/** Undefined where the value is to be left out. */
function writeMutated(value: unknown, next: () => Mutation | undefined): string | undefined {
  const mutation = next();
  const text = writeParts(value, mutation, next);
  switch (mutation?.how) {
    case 'replace':
      return mutation.json;
    case 'kindred':
      return kindredOf(value, mutation.pick) ?? text;
    case 'drop':
      return undefined;
    default:
      return text;
  }
}

function kindredOf(value: unknown, pick: number): string | undefined {
  if (typeof value === 'number') return NUMBERS[pick % NUMBERS.length];
  if (typeof value !== 'string') return undefined;
  const texts = /^https?:/.test(value) ? ADDRESSES : STRINGS;
  return JSON.stringify(texts[pick % texts.length]);
}

function writeParts(
  value: unknown,
  mutation: Mutation | undefined,
  next: () => Mutation | undefined,
): string {
  if (Array.isArray(value)) {
    const parts = value.flatMap((part) => writeMutated(part, next) ?? []);
    if (mutation?.how === 'double') parts.push(...parts);
    if (mutation?.how === 'add') parts.push(mutation.json);
    return `[${parts.join(',')}]`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).flatMap(([key, part]) => {
    const text = writeMutated(part, next);
    return text === undefined ? [] : [[key, text] as const];
  });
  if (mutation?.how === 'double') entries.push(...entries.map(([key]) => [key, '1'] as const));
  if (mutation?.how === 'add') entries.unshift([mutation.key, mutation.json]);
  return objectText(entries);
}

/** Text where JSON of `right` is expected: right, slightly wrong, cut, garbled, nested without end, or nothing of the kind. */
export function hostileRecord(right: unknown): Arbitrary<string> {
  const mutated = mutatedJson(right);
  const place = fc.double({ min: 0, max: 1, noNaN: true });
  return fc.oneof(
    { weight: 60, arbitrary: mutated },
    { weight: 10, arbitrary: hostileJson },
    { weight: 10, arbitrary: hostileText },
    {
      weight: 10,
      arbitrary: fc.tuple(mutated, place, hostileText).map(([text, share, inserted]) => {
        const at = Math.floor(share * text.length);
        return text.slice(0, at) + inserted + text.slice(at + 1);
      }),
    },
    {
      weight: 10,
      arbitrary: fc
        .tuple(mutated, place)
        .map(([text, share]) => text.slice(0, Math.floor(share * text.length))),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom('['.repeat(100_000), '{"a":'.repeat(50_000), `\ufeff{}`),
    },
  );
}
