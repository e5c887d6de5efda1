/**
 * Parts of packages that no page of the app shows. Their packages import them for everybody, Metro bundles what is
 * imported, and a browser would load them before the first screen: so each is an empty module there.
 */
const ROUTER = [
  'react-navigation/bottom-tabs/index',
  'react-navigation/native-stack/index',
  'react-navigation/elements/Header/(Header|HeaderSearchBar|HeaderBackButton)',
  'layouts/(TabsClient|Drawer)',
  'layouts/stack-utils/index',
  'layouts/stack-utils/toolbar/.*',
  'native-tabs/.*',
  'link/preview/HrefPreview',
  'views/Sitemap',
  'views/Unmatched',
].map((part) => `expo-router/build/${part}`);

const REACT_NATIVE_WEB = [
  ...['CheckBox', 'ImageBackground', 'Picker', 'ProgressBar', 'RefreshControl', 'SectionList'],
  ...['TouchableHighlight', 'YellowBox', 'LogBox', 'Share', 'Vibration', 'Alert'],
].map((name) => `react-native-web/dist/exports/${name}/index`);

const UNSEEN = new RegExp(`/node_modules/(${[...ROUTER, ...REACT_NATIVE_WEB].join('|')})\\.js$`);

/** Wraps Metro's resolver. */
exports.withoutUnseenParts = (context, moduleName, platform) => {
  const resolution = context.resolveRequest(context, moduleName, platform);
  const isUnseen = platform === 'web' && UNSEEN.test(resolution.filePath ?? '');
  return isUnseen ? { type: 'empty' } : resolution;
};
