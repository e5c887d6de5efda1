/** The menu of a card, as Paper has it; its code is loaded when the first menu is opened. */
import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { Platform, StyleSheet, View } from 'react-native';
import { Menu } from 'react-native-paper';
import { Icon } from '../ui/icons';
import { radius, useColors } from '../ui/theme';
import { webProps } from '../ui/webProps';
import { t } from '../words/language';
import type { CardButton } from './cardButtons';

/** Without an animation the menu gives the focus back to its button at once. */
const AT_ONCE = { animation: { scale: 0 } } as const;

interface OpenedMenuProps {
  /** The accessible name of the menu. */
  name: string;
  items: readonly CardButton[];
  isOpen: boolean;
  button: ReactNode;
  onClose: () => void;
}

export function OpenedMenu({ name, items, isOpen, button, onClose }: OpenedMenuProps) {
  const colors = useColors();
  const chosen = useRef<() => void>(undefined);
  useEffect(() => {
    const run = chosen.current;
    if (isOpen || run === undefined) return;
    chosen.current = undefined;
    // The menu gives the focus back in a microtask. A dialog that is opened after that gives it back to the button, too.
    if (Platform.OS === 'web') setTimeout(run);
    else run();
  }, [isOpen]);
  return (
    <Menu
      visible={isOpen}
      onDismiss={onClose}
      overlayAccessibilityLabel={t('Close the menu')}
      theme={AT_ONCE}
      contentStyle={[styles.menu, { borderColor: colors.outlineVariant }]}
      anchor={button}
    >
      {/* Beside the main part of the page: so it is a part of its own. */}
      <View role="region" aria-label={name}>
        <View role="menu" {...webProps({ onKeyDown: (event) => move(event, onClose) })}>
          {items.map(({ label, icon, disabled, onPress }) => (
            <Menu.Item
              key={label}
              title={label}
              disabled={disabled}
              {...(icon !== undefined && {
                leadingIcon: ({ color }) => <Icon name={icon} size={20} color={color} />,
              })}
              onPress={() => {
                chosen.current = onPress;
                onClose();
              }}
            />
          ))}
        </View>
      </View>
    </Menu>
  );
}

/** What the keys need of an element of a page. */
interface MenuElement {
  querySelectorAll(selectors: string): Iterable<MenuElement>;
  ownerDocument: { activeElement: unknown };
  focus(): void;
}

interface MenuKey {
  key: string;
  preventDefault(): void;
  currentTarget?: unknown;
}

/** The keys of a menu: the arrows, Home and End go from item to item, Tab leaves it. */
function move(event: MenuKey, close: () => void): void {
  if (event.key === 'Tab') {
    event.preventDefault();
    close();
    return;
  }
  const menu = event.currentTarget as MenuElement;
  const items = [...menu.querySelectorAll('[role=menuitem]:not([aria-disabled=true])')];
  const place = items.findIndex((item) => item === menu.ownerDocument.activeElement);
  const last = items.length - 1;
  const next = {
    ArrowDown: place === last ? 0 : place + 1,
    ArrowUp: place <= 0 ? last : place - 1,
    Home: 0,
    End: last,
  }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  items[next]?.focus();
}

const styles = StyleSheet.create({
  menu: { borderRadius: radius.m, borderWidth: 1 },
});
