/** One scrolling screen: its title for the window, its content in a column of readable width. */
import type { PropsWithChildren, ReactElement } from 'react';
import { FlatList, ScrollView, StyleSheet, View } from 'react-native';
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
        <View style={[styles.column, wide && styles.wide]}>{children}</View>
      </ScrollView>
    </>
  );
}

interface ListScreenProps<Item> {
  title: string;
  items: readonly Item[];
  keyOf: (item: Item) => string;
  /** The same function as long as the items look the same. */
  renderItem: (item: Item) => ReactElement;
  /** Rendered at first; the others as they come near the visible part. */
  firstItems: number;
}

/** A wide screen whose content is followed by a list, of which only the part near the visible one is rendered. */
export function ListScreen<Item>(props: PropsWithChildren<ListScreenProps<Item>>) {
  const { title, items, keyOf, renderItem, firstItems, children } = props;
  return (
    <>
      <PageTitle title={title} />
      <FlatList
        data={items}
        keyExtractor={keyOf}
        renderItem={({ item }) => (
          <View style={styles.line}>
            <View style={[styles.column, styles.wide]}>{renderItem(item)}</View>
          </View>
        )}
        initialNumToRender={firstItems}
        windowSize={5}
        style={styles.scroll}
        contentContainerStyle={styles.list}
        ListHeaderComponent={
          <View style={[styles.column, styles.wide, styles.head]}>{children}</View>
        }
        ListHeaderComponentStyle={styles.line}
      />
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
  list: { padding: space.l, paddingTop: space.xl, paddingBottom: 96 },
  content: { alignItems: 'center', padding: space.l, paddingTop: space.xl, paddingBottom: 96 },
  column: { width: '100%', maxWidth: COLUMN, gap: space.xl },
  wide: { maxWidth: 1120 - 2 * space.l },
  // As wide as the screen: otherwise a cell is as narrow as its content, and a card alone in its row is in the middle.
  line: { width: '100%', alignItems: 'center' },
  head: { paddingBottom: space.xl - space.s },
});
