/** The look of the app, light and dark: ink and deep teal on paper, and amber for things to check. */
import { Platform } from 'react-native';
import { MD3DarkTheme, MD3LightTheme, configureFonts, useTheme } from 'react-native-paper';
import type { MD3Theme } from 'react-native-paper';

export const space = { xs: 4, s: 8, m: 12, l: 16, xl: 24, xxl: 40 } as const;
export const radius = { s: 6, m: 10, l: 16, pill: 999 } as const;
/** How far a finger may miss a button on each side: 40 units become the 48 that phones ask for. */
export const TOUCH_SLOP = space.xs;
/** From this width on there is room for a second column. */
export const WIDE = 900;
/** Below this width a screen is a phone’s: dialogs are sheets, and cards are short. */
export const NARROW = 600;
/** Lines longer than this are hard to read. */
export const COLUMN = 760;

/**
 * For text that a person or a model wrote: its own first letter decides its direction and its side, whatever the
 * language of the app. Paper's Text would take those of the app.
 */
export const written = { textAlign: 'auto', writingDirection: 'auto' } as const;

/** For names and headings, as on the spine of a book. */
export const serif = Platform.select({
  web: 'ui-serif, "Iowan Old Style", Charter, Georgia, "Noto Serif", "DejaVu Serif", serif',
  ios: 'Georgia',
  default: 'serif',
});

export const mono = Platform.select({
  web: 'ui-monospace, "SF Mono", Menlo, Consolas, monospace',
  ios: 'Menlo',
  default: 'monospace',
});

const sans = Platform.select({
  web: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif',
  default: undefined,
});

// Paper aligns each text to the left. `auto` is the side where a text of its language begins.
const everywhere = { letterSpacing: 0, textAlign: 'auto' };

const fonts = configureFonts({
  config: { ...everywhere, ...(sans === undefined ? {} : { fontFamily: sans }) },
});

const lightColors = {
  primary: '#0e5a55',
  onPrimary: '#ffffff',
  primaryContainer: '#d5ebe6',
  onPrimaryContainer: '#08403c',
  secondary: '#40635d',
  onSecondary: '#ffffff',
  secondaryContainer: '#e4ebe7',
  onSecondaryContainer: '#243a36',
  tertiary: '#8a4a08',
  onTertiary: '#ffffff',
  tertiaryContainer: '#fbe8cf',
  onTertiaryContainer: '#6b3803',
  error: '#a3271d',
  onError: '#ffffff',
  errorContainer: '#fae2de',
  onErrorContainer: '#7a1a12',
  background: '#f4f4ef',
  onBackground: '#15211f',
  surface: '#fdfdfb',
  onSurface: '#15211f',
  surfaceVariant: '#e9ece6',
  onSurfaceVariant: '#4c5b57',
  outline: '#758580',
  outlineVariant: '#d6dcd5',
  inverseSurface: '#1d2c29',
  inverseOnSurface: '#eef3ef',
  inversePrimary: '#86d3c7',
};

const darkColors: typeof lightColors = {
  primary: '#84d2c6',
  onPrimary: '#05302c',
  primaryContainer: '#134742',
  onPrimaryContainer: '#c6efe7',
  secondary: '#a9c8c1',
  onSecondary: '#16302b',
  secondaryContainer: '#24322f',
  onSecondaryContainer: '#cfdeda',
  tertiary: '#f0b772',
  onTertiary: '#432500',
  tertiaryContainer: '#41290c',
  onTertiaryContainer: '#fbdcb4',
  error: '#ffb2a8',
  onError: '#5c120b',
  errorContainer: '#4b1a15',
  onErrorContainer: '#ffd9d3',
  background: '#0e1614',
  onBackground: '#e4ece8',
  surface: '#16201e',
  onSurface: '#e4ece8',
  surfaceVariant: '#22302d',
  onSurfaceVariant: '#a6b6b1',
  outline: '#7c8d88',
  outlineVariant: '#2b3a36',
  inverseSurface: '#e4ece8',
  inverseOnSurface: '#17211f',
  inversePrimary: '#0e5a55',
};

function themed(base: MD3Theme, colors: typeof lightColors): MD3Theme {
  const { surface, surfaceVariant } = colors;
  const elevation = {
    ...base.colors.elevation,
    level1: surface,
    level2: surface,
    level3: surface,
    level4: surfaceVariant,
    level5: surfaceVariant,
  };
  return { ...base, roundness: 3, fonts, colors: { ...base.colors, ...colors, elevation } };
}

export const lightTheme = themed(MD3LightTheme, lightColors);
export const darkTheme = themed(MD3DarkTheme, darkColors);

export const useColors = () => useTheme().colors;
