/** What the package `modelshelf` is made of, as data. */

/**
 * The modules that others import, by the names of their built files. These all lie in one folder, so that an address
 * that a module builds from `import.meta.url` holds in whatever file the module ends up.
 */
export const ENTRIES = {
  index: 'package/entries/index.ts',
  app: 'package/entries/app.ts',
  react: 'package/entries/react.ts',
  expo: 'package/entries/expo.ts',
  'expo.web': 'package/entries/expo.web.ts',
  web: 'package/entries/web.ts',
  node: 'package/entries/node.ts',
  screen: 'package/entries/screen.ts',
  executorch: 'package/entries/engines/executorch.ts',
  wllama: 'package/entries/engines/wllama.ts',
  'node-llama-cpp': 'package/entries/engines/node-llama-cpp.ts',
  testing: 'package/entries/testing.ts',
};

/** Programs of their own, which Node starts by their addresses beside the module that starts them. */
export const NODE_PROGRAMS = {
  llamaChild: 'lib/platform/node/engine/llamaChild.ts',
  // The command line.
  modelshelf: 'scripts/modelshelf.ts',
};
export const NODE_THREADS = { 'hashWorker.mjs': 'lib/platform/node/files/hashWorker.mjs' };

/** Files that are copied as they are, from the project into the package. */
export const COPIES = {
  LICENSE: 'LICENSE',
  'assets/bundled/tiny-demo.gguf': 'assets/bundled/tiny-demo.gguf',
  'plugins/withAndroidModels.cjs': 'plugins/withAndroidModels.cjs',
  'plugins/withBackgroundSession.cjs': 'plugins/withBackgroundSession.cjs',
  // Where autolinking looks in a package: at its top.
  'expo-module.config.json': 'modules/model-files/expo-module.config.json',
  android: 'modules/model-files/android',
  ios: 'modules/model-files/ios',
};
