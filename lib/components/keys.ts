/** What a key in a field asks for. Pure. */

/** Not while an input method is still composing a word, whose Enter ends the word alone. */
export function isPlainEnter(event: object & { key: string }): boolean {
  const held = 'shiftKey' in event && event.shiftKey === true;
  const composing = 'isComposing' in event && event.isComposing === true;
  return event.key === 'Enter' && !held && !composing;
}
