/** The project's configuration on a computer where the package that `WITHOUT_PACKAGE` names isn't installed. */
const config = require('../../metro.config.cjs');

const name = process.env.WITHOUT_PACKAGE.replaceAll('.', '\\.');
const isLeftOut = new RegExp(`[/\\\\]node_modules[/\\\\]${name}[/\\\\].*`);
config.resolver.blockList = [config.resolver.blockList, isLeftOut].flat();

module.exports = config;
