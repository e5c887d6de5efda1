/**
 * Files that Metro packages unchanged (`metro.config.cjs`): the import is the number by which `expo-asset` finds the
 * file.
 */
declare module '*.pte' {
  const asset: number;
  export default asset;
}
declare module '*.txt' {
  const asset: number;
  export default asset;
}
