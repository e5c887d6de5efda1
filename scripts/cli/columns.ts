/** Text in the columns of a terminal: a Chinese character takes two, a mark above a letter none. */
import stringWidth from 'string-width';

const ELLIPSIS = '…';

/** The text, cut so that it takes at most `columns`; what was cut off is shown by `…`. */
export function fitText(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  let fitted = '';
  let taken = stringWidth(ELLIPSIS);
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    taken += stringWidth(segment);
    if (taken > columns) break;
    fitted += segment;
  }
  return columns < 1 ? '' : fitted + ELLIPSIS;
}

/** The text in exactly `columns`. */
export function fillColumns(text: string, columns: number): string {
  const fitted = fitText(text, columns);
  return fitted + ' '.repeat(columns - stringWidth(fitted));
}
