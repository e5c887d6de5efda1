/** What the app packages beside code and pictures: the demo for phones. */
const { getDefaultConfig } = require('expo/metro-config');

const { resolvePageParts } = require('./pageParts.cjs');

const config = getDefaultConfig(__dirname);
config.resolver.assetExts.push('pte', 'txt');
// Tools of the project's own, such as a whole Python: tens of thousands of files that no code comes from.
config.resolver.blockList = [config.resolver.blockList, /[/\\]\.cache[/\\].*/].flat();

config.resolver.resolveRequest = resolvePageParts;

// A module runs when it is first used, not when the app starts.
config.transformer.getTransformOptions = async () => ({ transform: { inlineRequires: true } });

// A comment for each icon and package would be a fiftieth of what the first screen loads.
Object.assign(config.transformer.minifierConfig.output, { comments: false, ascii_only: false });
config.transformer.minifierConfig.compress.passes = 2;

module.exports = config;
