/** What Metro packages as it is (`metro.config.cjs`): the number that `expo-asset` finds it by. */
declare module '*.pte' {
  const asset: number;
  export default asset;
}
declare module '*.txt' {
  const asset: number;
  export default asset;
}
