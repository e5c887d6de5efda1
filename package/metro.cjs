/** Puts what a page fetches by address into the folder that Metro serves: Metro bundles no WebAssembly. */
const { copyFileSync, mkdirSync, readdirSync, readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');

const ENGINE_FILE = '@wllama/wllama/esm/wasm/wllama.wasm';

/** Returns the same configuration. `publicFolder` is `public` in the project by default. */
function withModelshelf(config, { publicFolder = join(config.projectRoot, 'public') } = {}) {
  const workers = join(__dirname, 'dist', 'workers');
  for (const name of readdirSync(workers)) bring(join(workers, name), 'workers', name);
  const bundled = join(__dirname, 'assets', 'bundled');
  for (const name of readdirSync(bundled)) bring(join(bundled, name), 'engine/bundled', name);
  bring(require.resolve(ENGINE_FILE, { paths: [config.projectRoot] }), 'engine', 'wllama.wasm');
  return config;

  function bring(source, folder, name) {
    const target = join(publicFolder, folder, name);
    // Metro watches the folder: an unchanged file isn't touched.
    if (isSame(source, target)) return;
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(source, target);
  }
}

function isSame(source, target) {
  try {
    return readFileSync(source).equals(readFileSync(target));
  } catch {
    return false;
  }
}

module.exports = { withModelshelf };
