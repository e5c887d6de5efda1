/** `modelshelf/expo` on phones. */
export {
  createPlatform as createExpoPlatform,
  readDeviceFacts,
  readDeviceOffer,
} from '../../lib/platform';
export { executorchFilesFolder } from '../../lib/platform/native/files/executorchFilesFolder';
