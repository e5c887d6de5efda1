/** One scrolling screen: its title for the window, its content in a column of readable width. */
import type { PropsWithChildren } from 'react';
import { ScrollView, StyleSheet, View } from 'react-native';
import { useNavigation } from './navigation';
import { COLUMN, space } from './theme';

interface ScreenProps {
  /** Undefined for the front page, whose title is the app's own name. */
  title?: string | undefined;
  /** Wide enough for two columns. */
  wide?: boolean;
}

export function Screen({ title, wide = false, children }: PropsWithChildren<ScreenProps>) {
  return (
    <>
      <PageTitle title={title} />
      <ScrollView style={styles.scroll} contentContainerStyle={styles.content}>
        <View style={[styles.column, { maxWidth: wide ? 1120 - 2 * space.l : COLUMN }]}>
          {children}
        </View>
      </ScrollView>
    </>
  );
}

/** The title of the window, in an app with routes. */
export function PageTitle({ title }: { title?: string | undefined }) {
  const navigation = useNavigation();
  return navigation === undefined ? null : <navigation.WindowTitle title={title} />;
}

const styles = StyleSheet.create({
  scroll: { flex: 1 },
  content: { alignItems: 'center', padding: space.l, paddingTop: space.xl, paddingBottom: 96 },
  column: { width: '100%', gap: space.xl },
});
