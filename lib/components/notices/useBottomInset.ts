/** The height of the system's bar at the bottom, in points. */
import { useEffect, useState } from 'react';
import { Keyboard } from 'react-native';
import type { KeyboardEventName } from 'react-native';
import { useSafeAreaInsets } from 'react-native-safe-area-context';

// iOS also reports the keyboard before it moves, so that nothing jumps afterwards; Android reports it afterwards only.
const SHOWN: readonly KeyboardEventName[] = ['keyboardWillShow', 'keyboardDidShow'];
const HIDDEN: readonly KeyboardEventName[] = ['keyboardWillHide', 'keyboardDidHide'];

/** 0 while the keyboard is shown: it covers that bar, and the frame around the screens makes room for both. */
export function useBottomInset(): number {
  const { bottom } = useSafeAreaInsets();
  const [covered, setCovered] = useState(() => Keyboard.isVisible());
  useEffect(() => {
    const listen = (names: readonly KeyboardEventName[], isCovered: boolean) =>
      names.map((name) => Keyboard.addListener(name, () => setCovered(isCovered)));
    const listeners = [...listen(SHOWN, true), ...listen(HIDDEN, false)];
    return () => {
      for (const listener of listeners) listener.remove();
    };
  }, []);
  return covered ? 0 : bottom;
}
