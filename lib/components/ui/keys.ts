/** What a key means in a field for text. */

/**
 * Whether Enter sends: not while an input method is still composing a word, whose Enter ends the word
 * alone; nor on a phone, whose keyboard has no Shift to hold for a new line and tells of none.
 */
export function isPlainEnter(event: object & { key: string }): boolean {
  const held = !('shiftKey' in event) || event.shiftKey === true;
  const composing = 'isComposing' in event && event.isComposing === true;
  return event.key === 'Enter' && !held && !composing;
}
