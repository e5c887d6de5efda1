/** One line of progress for one file, laid out for the terminal's width. Pure. */
import type { FileProgress } from '../../lib/ai/modelState';
import { formatBytes, percentOf } from '../../lib/components/words/words';
import { fillColumns, fitText } from './columns';

const INDENT = 2;
const NAME_COLUMNS = 34;
const BAR_COLUMNS = 20;
/** A shorter name or bar is useless. */
const SHORTEST_NAME = 8;
const SHORTEST_BAR = 4;
/** The usual width of an amount, so that the bars of several files are aligned. */
const AMOUNT_COLUMNS = 22;
/** Rate and time left are dropped when the name would get less than this. */
const READABLE_NAME = 16;
/** A fixed width for rate and time left, so that the line doesn't move while they change. */
const TAIL_COLUMNS = 24;

/**
 * Percentage and bytes matter most. On a narrow terminal, rate and time left are dropped first. Then the bar
 * and the name become shorter, and are dropped last.
 */
export function progressLine(file: FileProgress, tail: string, columns: number): string {
  const { fileName, receivedBytes, totalBytes } = file;
  const amount = amountOf(file);
  const amountColumns = Math.max(AMOUNT_COLUMNS, amount.length);
  const hasTail =
    tail !== '' && columns >= INDENT + READABLE_NAME + 1 + amountColumns + 2 + TAIL_COLUMNS;
  const spare = columns - INDENT - amountColumns - (hasTail ? 2 + TAIL_COLUMNS : 0);
  const barColumns = totalBytes === undefined ? 0 : barFor(spare);
  const nameColumns = Math.min(NAME_COLUMNS, spare - 1 - (barColumns > 0 ? barColumns + 1 : 0));
  const parts = [
    ...(nameColumns >= SHORTEST_NAME ? [fillColumns(fileName, nameColumns)] : []),
    ...(barColumns > 0 ? [bar(receivedBytes / Math.max(1, totalBytes ?? 0), barColumns)] : []),
    hasTail ? amount.padEnd(amountColumns) : amount,
  ];
  const line = `${' '.repeat(INDENT)}${parts.join(' ')}${hasTail ? `  ${tail}` : ''}`;
  return fitText(line, columns);
}

/** The bar's width: the columns left beside the whole name, or at least a third of their common width. */
function barFor(spare: number): number {
  const shared = Math.max(spare - NAME_COLUMNS - 2, Math.floor((spare - 2) / 3));
  return shared < SHORTEST_BAR ? 0 : Math.min(BAR_COLUMNS, shared);
}

function bar(part: number, columns: number): string {
  const filled = Math.min(columns, Math.floor(part * columns));
  return '█'.repeat(filled) + '░'.repeat(columns - filled);
}

function amountOf({ receivedBytes, totalBytes }: FileProgress): string {
  if (totalBytes === undefined) return formatBytes(receivedBytes);
  const percent = `${String(percentOf(receivedBytes, totalBytes)).padStart(3)}%`;
  const total = formatBytes(totalBytes);
  return `${percent}  ${formatBytes(receivedBytes).padStart(total.length)} of ${total}`;
}
