/**
 * What Babel makes of a file for phones, for both systems once: Metro would write the system into the file, here
 * `setup.ts` says which one it is.
 */
const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { relative } = require('node:path');
const { default: babelJest } = require('babel-jest');

const ROOT = `${__dirname}/../..`;

/** All that the result depends on beside the file. Babel's own key is of its options for each file, which take longer. */
const setup = ['babel.config.cjs', 'pnpm-lock.yaml', 'tests/native/phoneTransform.cjs']
  .reduce((hash, name) => hash.update(readFileSync(`${ROOT}/${name}`)), createHash('sha1'))
  .digest('hex');

const { process } = babelJest.createTransformer({ caller: { name: 'metro', bundler: 'metro' } });

module.exports = {
  process,
  getCacheKey: (source, path, { config: { rootDir } }) =>
    createHash('sha1')
      .update([setup, relative(rootDir, path), source].join('\0'))
      .digest('hex'),
};
