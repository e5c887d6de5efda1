/** `modelshelf/engines/executorch`: models for phones, in react-native-executorch. */
export { createExecutorchEngine } from '../../../lib/platform/native/engines/executorchEngine';
