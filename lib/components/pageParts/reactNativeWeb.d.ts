declare module 'react-native-web/dist/exports/StyleSheet/compiler/normalizeValueWithProperty' {
  /** The value of a style as CSS has it. */
  export default function normalizeValueWithProperty(value: unknown, property?: string): unknown;
}
