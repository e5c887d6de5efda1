/** The frame around every screen: the bar with its links above, the screen below. */
import { Link, usePathname } from 'expo-router';
import type { Href } from 'expo-router';
import { useRef, useState } from 'react';
import type { PropsWithChildren } from 'react';
import {
  I18nManager,
  KeyboardAvoidingView,
  Platform,
  Pressable,
  StatusBar,
  StyleSheet,
  View,
  useWindowDimensions,
} from 'react-native';
import type { PressableProps } from 'react-native';
import { Text, useTheme } from 'react-native-paper';
import { useSafeAreaInsets } from 'react-native-safe-area-context';
import { Logo } from '../ui/Logo';
import { radius, serif, space, useColors } from '../ui/theme';
import { webProps } from '../ui/webProps';
import { DownloadsMark } from './DownloadsMark';
import { t } from '../words/language';

const MODELS = '/settings/models';

const links = () =>
  [
    { href: '/', label: t('Chat') },
    { href: MODELS, label: t('AI Models') },
    { href: '/settings', label: t('Settings') },
  ] as const;

const NAME_ABOVE = 480;
const CONTENT = 'content';

interface ShellProps {
  /** Whether a screen is mounted: before that the router ignores navigation. */
  ready: boolean;
}

export function Shell({ ready, children }: PropsWithChildren<ShellProps>) {
  const colors = useColors();
  const insets = useSafeAreaInsets();
  const { width } = useWindowDimensions();
  const { dark } = useTheme();
  const main = useRef<View>(null);
  const bar = { paddingTop: insets.top, borderBottomColor: colors.outlineVariant };
  // Avoids the camera, which is at the side when a phone is held in landscape, in every language.
  // eslint-disable-next-line no-restricted-syntax -- really left and right
  const sides = { paddingLeft: insets.left, paddingRight: insets.right };
  return (
    <View
      style={[styles.page, sides, { backgroundColor: colors.background }]}
      // Of the page itself react-native-web knows nothing: without this, start would always be left.
      {...webProps({ dir: I18nManager.getConstants().isRTL ? 'rtl' : 'ltr' })}
    >
      <StatusBar barStyle={dark ? 'light-content' : 'dark-content'} />
      <View role="banner" style={[styles.bar, bar, { backgroundColor: colors.surface }]}>
        <SkipLink onPress={() => main.current?.focus()} />
        <View style={styles.row}>
          <BarPressable ready={ready} href="/" aria-label="Modelshelf" style={styles.brand}>
            <Logo size={28} />
            {width < NAME_ABOVE ? null : (
              <Text style={[styles.name, { color: colors.onSurface }]}>Modelshelf</Text>
            )}
          </BarPressable>
          <View role="navigation" aria-label={t('Main')} style={styles.links}>
            {links().map((link) => (
              <BarLink key={link.href} ready={ready} {...link} />
            ))}
          </View>
        </View>
      </View>
      {/* Padding on Android, too: behind transparent bars the system no longer makes room for the keyboard itself. */}
      <View ref={main} nativeID={CONTENT} role="main" tabIndex={-1} style={styles.main}>
        <KeyboardAvoidingView behavior="padding" style={styles.main}>
          {children}
        </KeyboardAvoidingView>
      </View>
    </View>
  );
}

/** For keyboards: seen while it has the focus. Phones move the focus by the place on the screen. */
function SkipLink({ onPress }: { onPress: () => void }) {
  const colors = useColors();
  const [isSeen, setIsSeen] = useState(false);
  if (Platform.OS !== 'web') return null;
  return (
    <Pressable
      role="link"
      {...webProps({ href: `#${CONTENT}` })}
      onPress={(event) => {
        // The address stays: a router would take another one for a visit.
        event.preventDefault();
        onPress();
      }}
      onFocus={() => setIsSeen(true)}
      onBlur={() => setIsSeen(false)}
      style={[styles.skip, { backgroundColor: colors.primary }, !isSeen && styles.unseen]}
    >
      <Text variant="labelLarge" style={{ color: colors.onPrimary }}>
        {t('Skip to the content')}
      </Text>
    </Pressable>
  );
}

function BarLink({ ready, href, label }: ShellProps & { href: Href & string; label: string }) {
  const colors = useColors();
  const here = usePathname() === href;
  return (
    <BarPressable
      ready={ready}
      href={href}
      {...(here ? webProps({ 'aria-current': 'page' }) : {})}
      style={{ ...styles.link, ...(here && { backgroundColor: colors.primaryContainer }) }}
    >
      <Text
        variant="labelLarge"
        style={{ color: here ? colors.onPrimaryContainer : colors.onSurfaceVariant }}
      >
        {label}
      </Text>
      {href === MODELS ? <DownloadsMark /> : null}
    </BarPressable>
  );
}

type BarPressableProps = ShellProps & PressableProps & { href: Href & string };

/** Until the router is ready, a link is an ordinary one that loads its page. */
function BarPressable({ ready, href, ...rest }: BarPressableProps) {
  const path = globalThis.modelshelfPage?.basePath ?? '';
  if (!ready) return <Pressable role="link" {...webProps({ href: path + href })} {...rest} />;
  return (
    <Link href={href} asChild>
      <Pressable role="link" {...rest} />
    </Link>
  );
}

const styles = StyleSheet.create({
  page: { flex: 1 },
  bar: { borderBottomWidth: StyleSheet.hairlineWidth, alignItems: 'center' },
  row: {
    flexDirection: 'row',
    // With large text the links take their own line.
    flexWrap: 'wrap',
    alignItems: 'center',
    alignContent: 'center',
    justifyContent: 'space-between',
    width: '100%',
    maxWidth: 1120,
    minHeight: 60,
    paddingHorizontal: space.l,
  },
  brand: { flexDirection: 'row', alignItems: 'center', gap: space.m, borderRadius: radius.s },
  name: { fontFamily: serif, fontSize: 20, fontWeight: '600', letterSpacing: -0.2 },
  links: { flexDirection: 'row', flexWrap: 'wrap', flexShrink: 1, gap: space.xs },
  link: {
    minHeight: 40,
    justifyContent: 'center',
    paddingHorizontal: space.m,
    borderRadius: radius.m,
  },
  main: { flex: 1 },
  skip: {
    position: 'absolute',
    start: space.s,
    top: space.s,
    zIndex: 1,
    minHeight: 44,
    justifyContent: 'center',
    paddingHorizontal: space.l,
    borderRadius: radius.m,
  },
  unseen: { opacity: 0, pointerEvents: 'none' },
});
