const { getDefaultConfig } = require('expo/metro-config');
const { withModelshelf } = require('modelshelf/metro');

module.exports = withModelshelf(getDefaultConfig(__dirname));
