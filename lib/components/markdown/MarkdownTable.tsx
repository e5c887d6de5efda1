/** A table that scrolls sideways if it is wider than the page. */
import { ScrollView, StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import { Directed } from './Directed';
import { MarkdownInline } from './MarkdownInline';
import type { Inline } from './markdownBlocks';
import { wordsOfInlines } from './textDirection';
import { radius, space, useColors, written } from '../ui/theme';
import { t } from '../words/language';

interface MarkdownTableProps {
  header: Inline[][];
  rows: Inline[][][];
}

export function MarkdownTable({ header, rows }: MarkdownTableProps) {
  const colors = useColors();
  const widths = header.map((cell, column) =>
    widthFor([cell, ...rows.map((row) => row[column] ?? [])]),
  );
  return (
    <Directed words={header.map(wordsOfInlines).join(' ')}>
      <ScrollView horizontal role="group" aria-label={t('Table')} tabIndex={0}>
        <View role="table" style={[styles.table, { borderColor: colors.outlineVariant }]}>
          <Row cells={header} widths={widths} heads />
          {rows.map((row, place) => (
            <Row key={place} cells={row} widths={widths} />
          ))}
        </View>
      </ScrollView>
    </Directed>
  );
}

function Row({ cells, widths, heads }: { cells: Inline[][]; widths: number[]; heads?: true }) {
  const colors = useColors();
  const look = heads
    ? { backgroundColor: colors.surfaceVariant }
    : { borderTopWidth: 1, borderTopColor: colors.outlineVariant };
  return (
    <View role="row" style={[styles.row, look]}>
      {cells.map((cell, column) => (
        <View
          key={column}
          role={heads ? 'columnheader' : 'cell'}
          style={[styles.cell, { width: widths[column] }]}
        >
          <Text variant="bodyMedium" selectable style={[written, heads && styles.head]}>
            <MarkdownInline inlines={cell} />
          </Text>
        </View>
      ))}
    </View>
  );
}

const CHARACTER = 9;
const NARROWEST = 88;
const WIDEST = 280;

/** Each row is laid out by itself, so every column needs a width. */
function widthFor(cells: readonly Inline[][]): number {
  const longest = Math.max(...cells.map(lengthOf));
  return Math.min(WIDEST, Math.max(NARROWEST, longest * CHARACTER + 2 * space.m));
}

function lengthOf(inlines: readonly Inline[]): number {
  return inlines.reduce(
    (sum, inline) => sum + ('text' in inline ? inline.text.length : lengthOf(inline.children)),
    0,
  );
}

const styles = StyleSheet.create({
  table: { borderWidth: 1, borderRadius: radius.m, overflow: 'hidden' },
  row: { flexDirection: 'row' },
  cell: { paddingHorizontal: space.m, paddingVertical: space.s },
  head: { fontWeight: '600' },
});
