/**
 * The files themselves that are packaged with the app, which only Metro can import.
 *
 * Android keeps them by their names without the ending, so these differ; and JSON would become code.
 */
import demoTokenizerConfig from '../../../../assets/bundled/tiny-demo-tokenizer-config.txt';
import demoTokenizer from '../../../../assets/bundled/tiny-demo-tokenizer.txt';
import demoWeights from '../../../../assets/bundled/tiny-demo.pte';
import type { AssetModule } from './bundledAssets';

/** By the name that the registry gives them. */
export const BUNDLED_FILES: ReadonlyMap<string, AssetModule> = new Map([
  ['tiny-demo.pte', demoWeights],
  ['tiny-demo-tokenizer.txt', demoTokenizer],
  ['tiny-demo-tokenizer-config.txt', demoTokenizerConfig],
]);
