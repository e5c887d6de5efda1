/** The beginning of a message, for the name of a button. */
export function beginning(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (line.length <= LONGEST_NAME) return line;
  // Half a surrogate pair isn't a character.
  return `${line.slice(0, LONGEST_NAME - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

const LONGEST_NAME = 60;
