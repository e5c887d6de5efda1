import { describe, expect, it } from 'vitest';

import { parseBenchOptions } from './benchOptions';
import { parseOptions } from './options';
import { UsageError } from './usageError';

describe('an empty value, as of a variable that is unset', () => {
  it.each(['--dir', '--catalog', '--remove', '--model', '--runtime', '--limit-rate'])(
    'is refused for %s of download:models',
    (name) => {
      expect(() => parseOptions([name, ''])).toThrow(UsageError);
      expect(() => parseOptions([`${name}= `])).toThrow(UsageError);
    },
  );

  it.each(['--dir', '--catalog', '--model', '--runs'])(
    'is refused for %s of models:bench',
    (name) => {
      const args = ['--model', 'tiny-demo', name, ''];
      expect(() => parseBenchOptions(args)).toThrow(UsageError);
    },
  );

  it('is refused among several models, and so is a list of none', () => {
    expect(() => parseOptions(['--model', 'tiny-demo', '--model', ''])).toThrow(UsageError);
    expect(() => parseOptions(['--model', ','])).toThrow(UsageError);
    expect(() => parseOptions(['--remove', ','])).toThrow(UsageError);
    expect(parseOptions(['--model', 'tiny-demo,'])).toMatchObject({ modelIds: ['tiny-demo'] });
  });
});
