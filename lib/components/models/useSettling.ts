/** Protects the buttons of a card against a second tap that was meant for the buttons before them. */
import { useEffect, useState } from 'react';

/**
 * Longer than the two presses of a double click are apart: 500 ms by default on Windows and macOS, 300 ms on Android.
 * Shorter than a person needs to read a new word and decide.
 */
export const SETTLING_MS = 600;

/**
 * True for `SETTLING_MS` after `meaning` has changed. Such a button shows its new word but ignores presses. False for
 * the first meaning.
 */
export function useSettling(meaning: string): boolean {
  const [settled, setSettled] = useState(meaning);
  useEffect(() => {
    if (settled === meaning) return;
    const timer = setTimeout(() => setSettled(meaning), SETTLING_MS);
    return () => clearTimeout(timer);
  }, [settled, meaning]);
  return settled !== meaning;
}
