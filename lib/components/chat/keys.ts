/** The meaning of keys in a text field. */

/**
 * Whether this Enter sends. It doesn't while an input method is composing a word, because it then only ends that word.
 * It doesn't on a phone either, whose keyboard has no Shift to hold for a new line and doesn't report one.
 */
export function isPlainEnter(event: object & { key: string }): boolean {
  const held = !('shiftKey' in event) || event.shiftKey === true;
  const composing = 'isComposing' in event && event.isComposing === true;
  return event.key === 'Enter' && !held && !composing;
}
