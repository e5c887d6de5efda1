import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { ERROR_TRAITS, type ModelErrorCode } from '../../lib/errors';
import { PROJECT_ROOT } from '../build/projectRoot';

const read = (path: string) => readFileSync(join(PROJECT_ROOT, path), 'utf8');

const RETRIED = {
  auto: 'Retried by itself',
  user: 'Retried on request',
  never: 'Not retried',
} as const;

/** The sections of docs/errors.md by code, each as its paragraphs, on one line each. */
const sections = new Map(
  read('docs/errors.md')
    .split(/^#{2,3} /m)
    .map((section) => section.trim().split(/\n\n+/))
    .map(([title = '', ...paragraphs]) => [
      title,
      paragraphs.map((text) => text.replace(/\s+/g, ' ')),
    ]),
);

/** The names of a code's details, as its line in lib/errors.ts declares them. */
function detailsOf(code: ModelErrorCode): string[] {
  const [, fields = ''] =
    new RegExp(`^  ${code}: \\{ (.+) \\};$`, 'm').exec(read('lib/errors.ts')) ?? [];
  return fields.split(/;\s*/).map((field) => field.replace(/:.*/, ''));
}

describe('docs/errors.md', () => {
  it('has a section for each code, and for no other', () => {
    const codes = [...sections.keys()].filter((title) => /^[A-Z_]+$/.test(title));
    expect(codes.sort()).toEqual(Object.keys(ERROR_TRAITS).sort());
  });

  it.each(Object.keys(ERROR_TRAITS) as ModelErrorCode[])(
    'states the details and the traits of %s, its cause and what to do',
    (code) => {
      const { retry, keepsBytes, remedy } = ERROR_TRAITS[code];
      const [traits, cause = '', advice = ''] = sections.get(code) ?? [];
      const details = detailsOf(code).map((name) => `\`${name}\``);
      const bytes = keepsBytes ? 'kept' : 'removed';
      expect(traits).toBe(
        `Details: ${details.join(', ')}. ${RETRIED[retry]}; received bytes are ${bytes}; remedy \`${remedy}\`.`,
      );
      expect(cause).toMatch(/^[A-Z].{20,}\.$/);
      expect(advice).toMatch(/^- \*\*User:\*\* .+\. - \*\*Code:\*\* .+\.$/);
    },
  );
});
