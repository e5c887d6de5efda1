/**
 * The config plugin of the package: the downloads that the system does, and what Android may take into a backup.
 *
 * The last one listed runs first, and the downloader's own plugin leaves alone what it finds.
 */
import plugins from 'expo/config-plugins';
import withAndroidModels from './plugins/withAndroidModels.cjs';
import withBackgroundSession from './plugins/withBackgroundSession.cjs';

export default function withModelshelf(config) {
  return plugins.withPlugins(config, [
    '@kesha-antonov/react-native-background-downloader',
    withBackgroundSession,
    withAndroidModels,
  ]);
}
