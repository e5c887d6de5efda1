/** One scrolling screen: its title for the window, its content in a column of readable width. */
import { useCallback, useMemo } from 'react';
import type { PropsWithChildren, ReactElement } from 'react';
import { FlatList, ScrollView, StyleSheet, View, useWindowDimensions } from 'react-native';
import { useNavigation } from './navigation';
import { COLUMN, WIDE, space } from './theme';

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

interface CardsScreenProps<Item> {
  /** As of `Screen`. */
  title: string | undefined;
  items: readonly Item[];
  keyOf: (item: Item) => string;
  /** The same function as long as the cards look the same, as `keyOf`. */
  renderCard: (item: Item) => ReactElement;
  /** How many cards are rendered at first; the others as they come near the visible part. */
  firstCards: number;
}

/**
 * A wide screen whose content is followed by cards, in one or two columns by the width of the window. Only the part near
 * the visible one is rendered.
 */
export function CardsScreen<Item>(props: PropsWithChildren<CardsScreenProps<Item>>) {
  const { title, items, keyOf, renderCard, firstCards, children } = props;
  const perRow = useWindowDimensions().width >= WIDE ? 2 : 1;
  const rows = useMemo(() => inRows(items, perRow), [items, perRow]);
  const renderRow = useCallback(
    ({ item: row }: { item: readonly Item[] }) => (
      <View style={styles.line}>
        <View style={[styles.column, styles.wide]}>
          <View style={styles.row}>
            {row.map((item) => (
              <View key={keyOf(item)} style={[styles.place, perRow === 2 && styles.half]}>
                {renderCard(item)}
              </View>
            ))}
          </View>
        </View>
      </View>
    ),
    [keyOf, renderCard, perRow],
  );
  return (
    <>
      <PageTitle title={title} />
      <FlatList
        data={rows}
        keyExtractor={(row) => row.map(keyOf).join()}
        renderItem={renderRow}
        initialNumToRender={firstCards / perRow}
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

function inRows<Item>(items: readonly Item[], perRow: number): Item[][] {
  const rows: Item[][] = [];
  for (let first = 0; first < items.length; first += perRow) {
    rows.push(items.slice(first, first + perRow));
  }
  return rows;
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
  row: { flexDirection: 'row', marginHorizontal: -space.s },
  place: { width: '100%', padding: space.s },
  half: { width: '50%' },
  head: { paddingBottom: space.xl - space.s },
});
