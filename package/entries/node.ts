/** `modelshelf/node`. */
export { createNodePlatform } from '../../lib/platform/node/nodePlatform';
export type { NodePlatformOptions } from '../../lib/platform/node/nodePlatform';
