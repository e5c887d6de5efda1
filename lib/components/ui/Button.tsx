/** The buttons of the app, and the links that look like them. */
import { Linking, Platform, Pressable, StyleSheet } from 'react-native';
import type { PressableProps } from 'react-native';
import { Text } from 'react-native-paper';
import { Icon } from './icons';
import type { IconName } from './icons';
import { useNavigation } from './navigation';
import { TOUCH_SLOP, radius, space, useColors } from './theme';
import { webProps } from './webProps';

export type Tone = 'filled' | 'tonal' | 'quiet' | 'danger';

export interface Face {
  /** The accessible name, too, unless `name` is given. */
  label: string;
  name?: string | undefined;
  icon?: IconName | undefined;
  tone?: Tone | undefined;
  disabled?: boolean | undefined;
}

interface ButtonProps extends Face {
  onPress: () => void;
  /** Ignores presses for the moment, but looks and keeps the focus as always. */
  settling?: boolean;
}

export function Button({ onPress, settling = false, ...face }: ButtonProps) {
  const style = useFaceStyle(face);
  return (
    <Pressable
      role="button"
      aria-label={face.name ?? face.label}
      aria-busy={settling}
      disabled={face.disabled === true}
      onPress={() => {
        if (!settling) onPress();
      }}
      hitSlop={TOUCH_SLOP}
      style={({ pressed }) => [style, pressed && styles.pressed]}
    >
      <ButtonFace {...face} />
    </Pressable>
  );
}

/** Goes to a screen of this app. Renders nothing in an app that supplies no routes. */
export function LinkButton({ href, ...face }: Face & { href: string }) {
  const navigation = useNavigation();
  if (navigation === undefined) return null;
  return (
    <navigation.RouteLink route={href}>
      <LinkFace face={face} />
    </navigation.RouteLink>
  );
}

/** Opens a page outside of this app in a new tab. */
export function OutsideLink({ url, ...face }: Face & { url: string }) {
  const hrefAttrs = { target: '_blank', rel: 'noopener noreferrer' };
  const toPage =
    Platform.OS === 'web'
      ? webProps({ href: url, hrefAttrs })
      : { onPress: () => void Linking.openURL(url) };
  return <LinkFace face={face} {...toPage} />;
}

interface DownloadLinkProps extends Face {
  fileName: string;
  /** The content of the file. */
  text: string;
  /** Its media type. */
  type: string;
}

/** Saves a text as a file. Browsers only. */
export function DownloadLink({ fileName, text, type, ...face }: DownloadLinkProps) {
  // The text itself is the address: an object URL would have to be created and revoked with each change.
  const href = `data:${type};charset=utf-8,${encodeURIComponent(text)}`;
  return <LinkFace face={face} {...webProps({ href, hrefAttrs: { download: fileName } })} />;
}

/** A link that looks like a button. A router adds its own props to those that are given here. */
function LinkFace({ face, ...link }: PressableProps & { face: Face }) {
  const style = useFaceStyle(face);
  return (
    <Pressable
      role="link"
      aria-label={face.name ?? face.label}
      hitSlop={TOUCH_SLOP}
      {...link}
      style={style}
    >
      <ButtonFace {...face} />
    </Pressable>
  );
}

function ButtonFace({ label, icon, tone = 'tonal' }: Face) {
  const { ink } = useTone(tone);
  return (
    <>
      {icon === undefined ? null : <Icon name={icon} size={17} color={ink} />}
      <Text variant="labelLarge" style={[styles.label, { color: ink }]}>
        {label}
      </Text>
    </>
  );
}

function useFaceStyle({ tone = 'tonal', disabled = false }: Face) {
  const { back } = useTone(tone);
  return [
    styles.button,
    tone === 'quiet' && styles.quiet,
    { backgroundColor: back },
    disabled && styles.disabled,
  ];
}

function useTone(tone: Tone): { back: string; ink: string } {
  const colors = useColors();
  switch (tone) {
    case 'filled':
      return { back: colors.primary, ink: colors.onPrimary };
    case 'tonal':
      return { back: colors.secondaryContainer, ink: colors.onSecondaryContainer };
    case 'danger':
      return { back: colors.error, ink: colors.onError };
    case 'quiet':
      return { back: 'transparent', ink: colors.primary };
  }
}

const styles = StyleSheet.create({
  button: {
    flexDirection: 'row',
    alignItems: 'center',
    justifyContent: 'center',
    gap: space.s,
    minHeight: 40,
    maxWidth: '100%',
    paddingVertical: space.xs,
    paddingHorizontal: space.l,
    borderRadius: radius.m,
  },
  // Large text takes more lines; it is never cut off.
  label: { flexShrink: 1 },
  quiet: { paddingHorizontal: space.m },
  pressed: { opacity: 0.75 },
  disabled: { opacity: 0.4 },
});
