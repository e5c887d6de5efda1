/** Where the parts of Paper lie that are used here: the package's own list forgets its themes, and its index brings all. */
const listed = require('react-native-paper/lib/mappings.json');

const THEMES = 'lib/module/styles/themes';
const themes = ['MD3DarkTheme', 'MD3LightTheme'].map((name) => [name, { path: THEMES, name }]);

module.exports = { ...listed, mappings: { ...listed.mappings, ...Object.fromEntries(themes) } };
