/**
 * Which packages a fake stands in for where there is no phone: `resolve.alias` of Vitest. For Jest,
 * map the same names to the same files, but for `react-native`, which is real there.
 */
import { fileURLToPath } from 'node:url';

const FAKES: Readonly<Record<string, RegExp>> = {
  backgroundDownloader: /^@kesha-antonov\/react-native-background-downloader$/,
  executorch: /^react-native-executorch$/,
  expoAsset: /^expo-asset$/,
  expoDevice: /^expo-device$/,
  expoFetch: /^expo\/fetch$/,
  expoFileSystem: /^expo-file-system$/,
  expoNetwork: /^expo-network$/,
  expoSqlite: /^expo-sqlite$/,
  modelFiles: /^.*\/modules\/model-files$/,
  reactNative: /^react-native$/,
};

export const phoneAliases = Object.entries(FAKES).map(([name, find]) => ({
  find,
  replacement: fileURLToPath(new URL(`./fakes/${name}.ts`, import.meta.url)),
}));
