/** The button at the end of a card that opens the menu of its further actions. */
import { lazy, Suspense, useCallback, useState } from 'react';
import { IconButton } from '../ui/IconButton';
import type { CardButton } from './cardButtons';

interface CardMenuProps {
  /** The accessible name of the button and of the menu. */
  name: string;
  items: readonly CardButton[];
}

const OpenedMenu = lazy(() =>
  import('./OpenedMenu').then((loaded) => ({ default: loaded.OpenedMenu })),
);

export function CardMenu({ name, items }: CardMenuProps) {
  /** The items that there were when the menu was opened: none changes under a finger. */
  const [opened, setOpened] = useState<readonly CardButton[]>();
  const [isOpen, setIsOpen] = useState(false);
  // The same function in each render: with another one, Paper's menu stops listening for Escape.
  const close = useCallback(() => setIsOpen(false), []);
  const button = (
    <IconButton
      name={name}
      icon="more"
      expanded={isOpen}
      onPress={() => {
        setOpened(items);
        setIsOpen(true);
      }}
    />
  );
  // A menu of Paper takes the focus to its button also when it is mounted closed:
  // https://github.com/callstack/react-native-paper/issues/4907
  if (opened === undefined) return button;
  const kept = opened.map((item) => nowOf(item, items));
  return (
    <Suspense fallback={button}>
      <OpenedMenu name={name} items={kept} isOpen={isOpen} button={button} onClose={close} />
    </Suspense>
  );
}

/** The item as it is now; one that the model doesn't have any more keeps its place, disabled. */
function nowOf(item: CardButton, items: readonly CardButton[]): CardButton {
  return items.find(({ label }) => label === item.label) ?? { ...item, disabled: true };
}
