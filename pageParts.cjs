/** What Metro takes for the page in place of parts of packages. */
const { join } = require('node:path');

/**
 * Parts of packages that no page of the app shows. Their packages import them for everybody, Metro bundles what is
 * imported, and a browser would load them before the first screen: so each is an empty module there.
 */
const REACT_NATIVE_WEB = [
  ...['CheckBox', 'ImageBackground', 'Picker', 'ProgressBar', 'RefreshControl', 'SectionList'],
  ...['TouchableHighlight', 'YellowBox', 'LogBox', 'Share', 'Vibration', 'Alert'],
].map((name) => `react-native-web/dist/exports/${name}/index`);

/** Paper’s second version, of which no theme here is, and animated texts. */
const PAPER = [
  'styles/themes/v2/(Dark|Light)Theme',
  'components/Typography/(AnimatedText|v2/StyledText)',
].map((name) => `react-native-paper/lib/module/${name}`);

const OF_PHONES = ['ScreenStack', 'PhoneDuties'].map((name) => `lib/components/app/${name}`);

const UNSEEN = new RegExp(
  `/(node_modules/(${[...REACT_NATIVE_WEB, ...PAPER].join('|')})\\.js|(${OF_PHONES.join('|')})\\.tsx)$`,
);

/** Each with the module of the app that does its work. */
const REPLACED = {
  '/node_modules/expo-router/entry-classic.js': 'lib/components/pageParts/pageEntry.ts',
  '/node_modules/expo-router/build/index.js': 'lib/components/pageParts/pageRouter.tsx',
  '/node_modules/expo-router/head.js': 'lib/components/pageParts/pageHead.ts',
  '/node_modules/expo/src/Expo.ts': 'lib/components/pageParts/pageReload.ts',
  '/node_modules/expo-clipboard/build/Clipboard.js': 'lib/components/pageParts/pageClipboard.ts',
  '/node_modules/expo-localization/build/Localization.js':
    'lib/components/pageParts/pageLocales.ts',
  '/node_modules/react-native-web/dist/exports/I18nManager/index.js':
    'lib/components/pageParts/pageDirection.ts',
  '/node_modules/react-native-web/dist/exports/StyleSheet/compiler/normalizeValueWithProperty.js':
    'lib/components/pageParts/pageTextSize.ts',
  '/node_modules/react-native-paper/node_modules/color/index.js':
    'lib/components/pageParts/pageColor.ts',
  '/node_modules/react-native-svg/lib/module/index.js': 'lib/components/pageParts/pageSvg.ts',
  // It says where the parts of the app are that are loaded later: at the top of the server. The app may be below a path.
  '/node_modules/expo/src/async-require/buildUrlForBundle.ts':
    'lib/platform/web/page/partAddress.ts',
};

/** Measures from the left in any direction, as phones want it, where left and right change places. */
const KEEPS_LEFT = /\/react-native-paper\/lib\/module\/components\/Menu\/Menu\.js$/;

/** Some of these modules do most of their work by the module that they replace. */
const isFromReplacement = (path, origin) => origin.endsWith(`/${REPLACED[path]}`);

function forThePage(resolution, origin) {
  const { filePath = '' } = resolution;
  if (UNSEEN.test(filePath)) return { type: 'empty' };
  const replaced = Object.keys(REPLACED).find((path) => filePath.endsWith(path));
  return replaced === undefined || isFromReplacement(replaced, origin) || KEEPS_LEFT.test(origin)
    ? resolution
    : { type: 'sourceFile', filePath: join(__dirname, REPLACED[replaced]) };
}

/** Only what the app uses of it: `scripts/build/usedParts.ts`. While one works on the app, what is used changes. */
const USED_VALIBOT = join(__dirname, '.parts', 'valibot.mjs');
const isUsedPart = ({ dev, originModulePath }, moduleName) =>
  moduleName === 'valibot' && !dev && !originModulePath.includes('/node_modules/');

/** Wraps Metro's resolver. */
exports.resolvePageParts = (context, moduleName, platform) => {
  if (platform === 'web' && isUsedPart(context, moduleName)) {
    return { type: 'sourceFile', filePath: USED_VALIBOT };
  }
  const resolution = context.resolveRequest(context, moduleName, platform);
  return platform === 'web' ? forThePage(resolution, context.originModulePath) : resolution;
};
