/** `modelshelf/expo` in browsers, which Metro serves with the files of its `public` folder. */
export {
  createPlatform as createExpoPlatform,
  readDeviceFacts,
  readDeviceOffer,
} from '../../lib/platform/index.web';
export { executorchFilesFolder } from '../../lib/platform/web/executorchFilesFolder';
