/** `modelshelf/expo` on phones. */
export { createPlatform as createExpoPlatform, readDeviceFacts } from '../../lib/platform';
export { executorchFilesFolder } from '../../lib/platform/native/files/executorchFilesFolder';
