/** Undefined: `react-native-executorch` doesn’t run in browsers. */
export function executorchFilesFolder(): string | undefined {
  return undefined;
}
