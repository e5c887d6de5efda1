/** Puts what a page fetches by address into the folder that Metro serves: Metro bundles no WebAssembly. */
const { copyFileSync, mkdirSync, readdirSync, readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');

const ENGINE_FILE = '@wllama/wllama/esm/wasm/wllama.wasm';
/** Of an optional package, for browsers without 64-bit WebAssembly. */
const COMPAT_FILES = ['wllama.wasm', 'wllama.js'];

/** Returns the same configuration. `publicFolder` is `public` in the project by default. */
function withModelshelf(config, { publicFolder = join(config.projectRoot, 'public') } = {}) {
  copyFolder(join(__dirname, 'dist', 'workers'), join(publicFolder, 'workers'));
  copyFolder(join(__dirname, 'assets', 'bundled'), join(publicFolder, 'engine', 'bundled'));
  const engineFile = require.resolve(ENGINE_FILE, { paths: [config.projectRoot] });
  copyIfChanged(engineFile, join(publicFolder, 'engine', 'wllama.wasm'));
  for (const name of COMPAT_FILES) {
    const file = findFile(`@wllama/wllama-compat/wasm/${name}`, config.projectRoot);
    if (file) copyIfChanged(file, join(publicFolder, 'engine', 'compat', name));
  }
  return config;
}

function findFile(name, folder) {
  try {
    return require.resolve(name, { paths: [folder] });
  } catch {
    // The package isn't installed: it is optional.
    return undefined;
  }
}

function copyFolder(from, to) {
  for (const name of readdirSync(from)) copyIfChanged(join(from, name), join(to, name));
}

// Metro watches the folder: an unchanged file isn't touched.
function copyIfChanged(from, to) {
  if (isSame(from, to)) return;
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}

function isSame(from, to) {
  try {
    return readFileSync(from).equals(readFileSync(to));
  } catch {
    // Not there yet.
    return false;
  }
}

module.exports = { withModelshelf };
