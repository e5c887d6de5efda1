/** What the app packages beside code and pictures: the demo for phones. */
const { getDefaultConfig } = require('expo/metro-config');

const config = getDefaultConfig(__dirname);
config.resolver.assetExts.push('pte', 'txt');

module.exports = config;
