/** What the app packages beside code and pictures: the demo for phones. */
const { getDefaultConfig } = require('expo/metro-config');

<<<<<<< HEAD
const { resolvePageParts } = require('./pageParts.cjs');
=======
const { withPagesOwnParts } = require('./pageParts.cjs');
>>>>>>> 210471d (Open the page without its server, and offer its updates, by a service worker in lib/platform/web/page)

const config = getDefaultConfig(__dirname);
config.resolver.assetExts.push('pte', 'txt');
// Tools of the project's own, such as a whole Python: tens of thousands of files that no code comes from.
config.resolver.blockList = [config.resolver.blockList, /[/\\]\.cache[/\\].*/].flat();

<<<<<<< HEAD
config.resolver.resolveRequest = resolvePageParts;
=======
config.resolver.resolveRequest = withPagesOwnParts;
>>>>>>> 210471d (Open the page without its server, and offer its updates, by a service worker in lib/platform/web/page)

// A module runs when it is first used, not when the app starts.
config.transformer.getTransformOptions = async () => ({ transform: { inlineRequires: true } });

module.exports = config;
