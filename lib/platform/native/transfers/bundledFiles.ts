/**
 * The files that are packaged with the app; only Metro can import them.
 *
 * Android stores them under their names without the extension, so these names have to differ. The JSON file has
 * another extension, because Metro would turn JSON into code.
 */
import demoTokenizerConfig from '../../../../assets/bundled/tiny-demo-tokenizer-config.txt';
import demoTokenizer from '../../../../assets/bundled/tiny-demo-tokenizer.txt';
import demoWeights from '../../../../assets/bundled/tiny-demo.pte';
import type { AssetModule } from './bundledAssets';

/** The files by their names in the registry. */
export const BUNDLED_FILES: ReadonlyMap<string, AssetModule> = new Map([
  ['tiny-demo.pte', demoWeights],
  ['tiny-demo-tokenizer.txt', demoTokenizer],
  ['tiny-demo-tokenizer-config.txt', demoTokenizerConfig],
]);
