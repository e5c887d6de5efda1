/**
 * Sizes of text on a page: Metro takes this module in place of react-native-web's, which writes them in pixels, so that
 * a person's own size of text in the browser would change nothing. Spaces and boxes stay in pixels.
 */
import inPixels from 'react-native-web/dist/exports/StyleSheet/compiler/normalizeValueWithProperty';

/** The size of text that browsers begin with. */
const USUAL_PIXELS = 16;
const OF_TEXT = new Set(['fontSize', 'lineHeight']);

export default function inTextSizes(value: unknown, property?: string): unknown {
  const isOfText = property !== undefined && OF_TEXT.has(property);
  if (!isOfText || typeof value !== 'number') return inPixels(value, property);
  return `${String(value / USUAL_PIXELS)}rem`;
}
