/**
 * The config plugin of the package: what Android may take into a backup, and iOS's call at the end of background
 * downloads, with the downloader's own plugin where that package is installed.
 */
import { createRequire } from 'node:module';
import withAndroidModels from './plugins/withAndroidModels.cjs';
import withBackgroundSession from './plugins/withBackgroundSession.cjs';

const DOWNLOADER = '@kesha-antonov/react-native-background-downloader';

export default function withModelshelf(config) {
  return withAndroidModels(withBackgroundDownloads(config));
}

function withBackgroundDownloads(config) {
  const { resolve } = createRequire(import.meta.url);
  try {
    resolve(`${DOWNLOADER}/package.json`);
  } catch {
    // Left out: transfers then end with the app.
    return config;
  }
  const { withPlugins } = createRequire(import.meta.url)('expo/config-plugins');
  // The last one runs first, and the other leaves alone what it finds.
  return withPlugins(config, [DOWNLOADER, withBackgroundSession]);
}
