/** `modelshelf/expo` on phones. */
export { createPlatform as createExpoPlatform } from '../../lib/platform';
export { executorchFilesFolder } from '../../lib/platform/native/files/executorchFilesFolder';
