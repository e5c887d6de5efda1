/** What Metro makes of files that Jest can't run: modules (`.mjs`) are translated, style sheets are nothing on phones. */
const { pathToFileURL } = require('node:url');
const { transformSync } = require('esbuild');

module.exports = {
  process(source, path) {
    if (path.endsWith('.css')) return { code: '' };
    return transformSync(source, {
      format: 'cjs',
      platform: 'node',
      supported: { 'dynamic-import': false },
      define: { 'import.meta.url': JSON.stringify(pathToFileURL(path).href) },
    });
  },
};
