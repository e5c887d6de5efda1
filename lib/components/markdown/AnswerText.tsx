/** An answer's text: as Markdown once its code is loaded, as it was written until then. */
import { lazy, Suspense } from 'react';
import { Text } from 'react-native-paper';
import { written } from '../ui/theme';
import type { MarkdownProps } from './Markdown';

const LoadedMarkdown = lazy(() =>
  import('./Markdown').then(
    ({ Markdown }) => ({ default: Markdown }),
    // A page whose server is out of reach can lack this part: the words are there all the same.
    () => ({ default: PlainText }),
  ),
);

export function AnswerText(props: MarkdownProps) {
  return (
    <Suspense fallback={<PlainText {...props} />}>
      <LoadedMarkdown {...props} />
    </Suspense>
  );
}

function PlainText({ text }: MarkdownProps) {
  return (
    <Text variant="bodyLarge" selectable style={written}>
      {text}
    </Text>
  );
}
