/** The newest benchmark of each model as a picture: a table in the colours of the light theme. Pure but for the pen. */
import type { SavedBenchmark } from '../../db/benchmarks';
import { t } from '../words/language';
import { describeWhere } from '../words/measuredWords';
import { formatDay } from '../words/words';
import { metrics } from './benchmarkMetrics';

/** What of a canvas's context is used. */
export interface Pen {
  fillStyle: unknown;
  font: string;
  textAlign: string;
  scale(x: number, y: number): void;
  fillRect(x: number, y: number, width: number, height: number): void;
  /** A text that is wider than `maxWidth` is condensed. */
  fillText(text: string, x: number, y: number, maxWidth: number): void;
}

export interface PictureFacts {
  /** At least one, one row for each model. */
  rows: readonly SavedBenchmark[];
  nameOf: (modelId: string) => string;
  deviceName: string;
}

/** Pixels for each unit, so that it is sharp where it is enlarged. */
const SCALE = 2;
const MARGIN = 32;
const NAME_WIDTH = 300;
const CELL_WIDTH = 132;
const ROW_HEIGHT = 60;
const TABLE_TOP = 124;
const FOOT_HEIGHT = 56;
const INK = '#15211f';
const FAINT = '#4a5a56';
const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';

export function pictureSize({ rows }: PictureFacts): { width: number; height: number } {
  const width = 2 * MARGIN + NAME_WIDTH + metrics().length * CELL_WIDTH;
  const height = TABLE_TOP + rows.length * ROW_HEIGHT + FOOT_HEIGHT;
  return { width: width * SCALE, height: height * SCALE };
}

/** On a canvas of `pictureSize`. */
export function drawBenchmarks(pen: Pen, facts: PictureFacts): void {
  const { width, height } = pictureSize(facts);
  pen.scale(SCALE, SCALE);
  pen.fillStyle = '#fdfdfb';
  pen.fillRect(0, 0, width / SCALE, height / SCALE);
  const inner = width / SCALE - 2 * MARGIN;
  pen.textAlign = 'left';
  write(pen, { text: t('Benchmarks'), x: MARGIN, y: 54, size: 28, bold: true, room: inner });
  const { deviceName, rows } = facts;
  write(pen, { text: deviceName, x: MARGIN, y: 82, size: 16, colour: FAINT, room: inner });
  drawHead(pen);
  rows.forEach((row, index) => drawRow(pen, facts, { row, top: TABLE_TOP + index * ROW_HEIGHT }));
  const newest = Math.max(...rows.map(({ measuredAt }) => measuredAt));
  const foot = `Modelshelf · ${formatDay(newest)}`;
  const y = height / SCALE - 22;
  pen.textAlign = 'left';
  write(pen, { text: foot, x: MARGIN, y, size: 14, colour: FAINT, room: inner });
}

const cellEnd = (index: number) => MARGIN + NAME_WIDTH + (index + 1) * CELL_WIDTH;

function drawHead(pen: Pen): void {
  const y = TABLE_TOP - 12;
  pen.textAlign = 'right';
  metrics().forEach(({ label }, index) => {
    const x = cellEnd(index);
    write(pen, { text: label, x, y, size: 14, colour: FAINT, room: CELL_WIDTH - 12 });
  });
}

function drawRow(
  pen: Pen,
  { nameOf }: PictureFacts,
  { row, top }: { row: SavedBenchmark; top: number },
): void {
  pen.fillStyle = '#d8ddd6';
  pen.fillRect(MARGIN, top, cellEnd(metrics().length - 1) - MARGIN, 1);
  pen.textAlign = 'left';
  const [x, room] = [MARGIN, NAME_WIDTH - 12];
  write(pen, { text: nameOf(row.modelId), x, y: top + 26, size: 17, bold: true, room });
  write(pen, { text: describeWhere(row), x, y: top + 46, size: 12, colour: FAINT, room });
  pen.textAlign = 'right';
  metrics().forEach(({ read, format }, index) => {
    const value = read(row);
    const text = value === undefined ? '–' : format(value);
    write(pen, { text, x: cellEnd(index), y: top + 34, size: 17, room: CELL_WIDTH - 12 });
  });
}

interface Writing {
  text: string;
  x: number;
  y: number;
  size: number;
  /** The widest that it may be. */
  room: number;
  bold?: boolean;
  colour?: string;
}

function write(pen: Pen, { text, x, y, size, room, bold = false, colour = INK }: Writing): void {
  pen.font = `${bold ? '600 ' : ''}${String(size)}px ${FONT}`;
  pen.fillStyle = colour;
  pen.fillText(text, x, y, room);
}
