/** A line of Markdown: nested texts. */
import { Link } from 'expo-router';
import { StyleSheet, Text } from 'react-native';
import type { Inline } from './markdownBlocks';
import { mono, useColors } from '../ui/theme';
import { webProps } from '../ui/webProps';

/** Render it inside of a Text that sets the font size. */
export function MarkdownInline({ inlines }: { inlines: readonly Inline[] }) {
  // The index is a stable key: a piece keeps its place while an answer grows.
  return inlines.map((inline, place) => <Piece key={place} inline={inline} />);
}

function Piece({ inline }: { inline: Inline }) {
  const colors = useColors();
  switch (inline.kind) {
    case 'text':
      return inline.text;
    case 'code':
      return (
        <Text
          style={[styles.code, { backgroundColor: colors.surfaceVariant }]}
          // Apart from the text around it, which may run from the right.
          {...webProps({ dir: 'ltr' })}
        >
          {inline.text}
        </Text>
      );
    case 'link':
      return <Address inline={inline} />;
    case 'strong':
    case 'emphasis':
    case 'strike':
      return (
        <Text style={styles[inline.kind]}>
          <MarkdownInline inlines={inline.children} />
        </Text>
      );
  }
}

/** A link, with its target shown, because the text of the link may not tell it. */
function Address({ inline: { link, children } }: { inline: Inline & { kind: 'link' } }) {
  const colors = useColors();
  const [only] = children;
  const saysIt = children.length === 1 && only?.kind === 'text' && only.text === link.url;
  return (
    <Link
      href={link.url}
      target="_blank"
      rel="noopener noreferrer"
      style={[styles.link, { color: colors.primary }]}
    >
      <MarkdownInline inlines={children} />
      {saysIt ? null : ` (${link.leadsTo})`}
    </Link>
  );
}

const styles = StyleSheet.create({
  code: { fontFamily: mono, fontSize: 14, borderRadius: 4 },
  strong: { fontWeight: '700' },
  emphasis: { fontStyle: 'italic' },
  strike: { textDecorationLine: 'line-through' },
  link: { textDecorationLine: 'underline' },
});
