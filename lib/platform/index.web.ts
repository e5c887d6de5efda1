/** The seam: Metro picks this file for browsers. */
export { createWebPlatform as createPlatform } from './web/createWebPlatform';
