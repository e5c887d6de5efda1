/** `modelshelf/expo` on phones. */
export { createPlatform as createExpoPlatform } from '../../lib/platform';
