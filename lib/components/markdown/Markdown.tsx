/** An answer's Markdown as React Native's own views and texts: nothing in it runs, loads or opens by itself. */
import { memo, useMemo, useState } from 'react';
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import { Directed } from './Directed';
import { MarkdownCode } from './MarkdownCode';
import { MarkdownInline } from './MarkdownInline';
import { MarkdownTable } from './MarkdownTable';
import type { Block, Inline } from './markdownBlocks';
import { createMarkdownReader } from './markdownReader';
import { wordsOf } from './textDirection';
import { space, useColors, written } from '../ui/theme';

export interface MarkdownProps {
  text: string;
  /** More text will follow: incomplete Markdown is shown as if it were complete. */
  growing: boolean;
}

export function Markdown({ text, growing }: MarkdownProps) {
  const [read] = useState(createMarkdownReader);
  const blocks = useMemo(() => read(text, growing), [read, text, growing]);
  return (
    <View style={styles.blocks}>
      {blocks.map(({ block }, place) => block && <MarkdownBlock key={place} block={block} />)}
    </View>
  );
}

/** A completed block stays the same object while the answer grows, so it isn't rendered again. */
const MarkdownBlock = memo(function MarkdownBlock({ block }: { block: Block }) {
  const colors = useColors();
  switch (block.kind) {
    case 'paragraph':
      return (
        <Text variant="bodyLarge" selectable style={[styles.paragraph, written]}>
          <MarkdownInline inlines={block.children} />
        </Text>
      );
    case 'heading':
      return <MarkdownHeading level={block.level} inlines={block.children} />;
    case 'code':
      return <MarkdownCode language={block.language} text={block.text} />;
    case 'quote':
      return (
        <Directed
          words={wordsOf(block.blocks)}
          style={[styles.quote, { borderStartColor: colors.outline }]}
        >
          <Blocks blocks={block.blocks} />
        </Directed>
      );
    case 'list':
      return <MarkdownList start={block.start} items={block.items} />;
    case 'table':
      return <MarkdownTable header={block.header} rows={block.rows} />;
    case 'rule':
      return <View style={[styles.rule, { backgroundColor: colors.outlineVariant }]} />;
  }
});

function Blocks({ blocks }: { blocks: readonly Block[] }) {
  return blocks.map((block, place) => <MarkdownBlock key={place} block={block} />);
}

/** All headings have one level, below the speaker's: the level that a model begins with doesn't fit this page. */
function MarkdownHeading({ level, inlines }: { level: number; inlines: readonly Inline[] }) {
  return (
    <Text
      role="heading"
      aria-level={3}
      selectable
      style={[styles.heading, written, level === 1 && styles.first, level === 2 && styles.second]}
    >
      <MarkdownInline inlines={inlines} />
    </Text>
  );
}

function MarkdownList({ start, items }: { start: number | undefined; items: Block[][] }) {
  const colors = useColors();
  return (
    <Directed words={items.map(wordsOf).join(' ')} role="list" style={styles.list}>
      {items.map((blocks, place) => (
        <View key={place} role="listitem" style={styles.item}>
          <View style={start === undefined ? styles.bullet : styles.number}>
            <Text
              variant="bodyLarge"
              style={[styles.paragraph, styles.digits, { color: colors.onSurfaceVariant }]}
            >
              {start === undefined ? '•' : `${start + place}.`}
            </Text>
          </View>
          <View style={styles.words}>
            <Blocks blocks={blocks} />
          </View>
        </View>
      ))}
    </Directed>
  );
}

const styles = StyleSheet.create({
  blocks: { gap: space.m },
  paragraph: { lineHeight: 26 },
  heading: { fontSize: 16, lineHeight: 24, fontWeight: '700', paddingTop: space.xs },
  first: { fontSize: 22, lineHeight: 30 },
  second: { fontSize: 19, lineHeight: 27 },
  quote: { borderStartWidth: 3, paddingStart: space.m, gap: space.s },
  list: { gap: space.xs },
  item: { flexDirection: 'row', gap: space.s },
  bullet: { width: 16, alignItems: 'center' },
  number: { minWidth: 24, alignItems: 'flex-end' },
  digits: { fontVariant: ['tabular-nums'] },
  words: { flex: 1, gap: space.xs },
  rule: { height: 1, marginVertical: space.s },
});
