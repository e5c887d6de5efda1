/** `modelshelf/web`: browsers, with workers that a bundler finds in this package. */
export { createPackagedWebPlatform as createWebPlatform } from '../../lib/platform/web/packagedWeb';
export type { WebPlatformOptions } from '../../lib/platform/web/createWebPlatform';
export type { WebAssets } from '../../lib/platform/web/webAssets';
