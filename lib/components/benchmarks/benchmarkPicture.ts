/** The newest benchmark of each model as a picture: a table in the colours of the light theme. Pure but for the pen. */
import type { SavedBenchmark } from '../../db/benchmarks';
import { t } from '../words/language';
import { describeWhere, deviceWords } from '../words/measuredWords';
import { formatDay } from '../words/words';
import { metrics } from './benchmarkMetrics';

/** What of a canvas's context is used. */
export interface Pen {
  fillStyle: unknown;
  font: string;
  textAlign: string;
  direction: string;
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
  /** Whether the language is written from right to left: the whole picture is mirrored then. */
  isRightToLeft: boolean;
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

interface Drawing {
  pen: Pen;
  /** The place on the canvas of a distance from the side where lines begin. */
  placeOf: (x: number) => number;
}

/** On a canvas of `pictureSize`. */
export function drawBenchmarks(pen: Pen, facts: PictureFacts): void {
  const { width, height } = pictureSize(facts);
  const { deviceName, rows, isRightToLeft } = facts;
  const placeOf = (x: number) => (isRightToLeft ? width / SCALE - x : x);
  const drawing = { pen, placeOf };
  pen.direction = isRightToLeft ? 'rtl' : 'ltr';
  pen.scale(SCALE, SCALE);
  pen.fillStyle = '#fdfdfb';
  pen.fillRect(0, 0, width / SCALE, height / SCALE);
  const inner = width / SCALE - 2 * MARGIN;
  pen.textAlign = 'start';
  write(drawing, { text: t('Benchmarks'), x: MARGIN, y: 54, size: 28, bold: true, room: inner });
  const device = deviceWords(deviceName);
  write(drawing, { text: device, x: MARGIN, y: 82, size: 16, colour: FAINT, room: inner });
  drawHead(drawing);
  rows.forEach((row, index) =>
    drawRow(drawing, facts, { row, top: TABLE_TOP + index * ROW_HEIGHT }),
  );
  const newest = Math.max(...rows.map(({ measuredAt }) => measuredAt));
  const foot = `Modelshelf · ${formatDay(newest)}`;
  const y = height / SCALE - 22;
  pen.textAlign = 'start';
  write(drawing, { text: foot, x: MARGIN, y, size: 14, colour: FAINT, room: inner });
}

const cellEnd = (index: number) => MARGIN + NAME_WIDTH + (index + 1) * CELL_WIDTH;

function drawHead(drawing: Drawing): void {
  const { pen } = drawing;
  const y = TABLE_TOP - 12;
  pen.textAlign = 'end';
  metrics().forEach(({ label }, index) => {
    const x = cellEnd(index);
    write(drawing, { text: label, x, y, size: 14, colour: FAINT, room: CELL_WIDTH - 12 });
  });
}

function drawRow(
  drawing: Drawing,
  { nameOf }: PictureFacts,
  { row, top }: { row: SavedBenchmark; top: number },
): void {
  const { pen } = drawing;
  pen.fillStyle = '#d8ddd6';
  pen.fillRect(MARGIN, top, cellEnd(metrics().length - 1) - MARGIN, 1);
  pen.textAlign = 'start';
  const [x, room] = [MARGIN, NAME_WIDTH - 12];
  write(drawing, { text: nameOf(row.modelId), x, y: top + 26, size: 17, bold: true, room });
  write(drawing, { text: describeWhere(row), x, y: top + 46, size: 12, colour: FAINT, room });
  pen.textAlign = 'end';
  metrics().forEach(({ read, format }, index) => {
    const value = read(row);
    const text = value === undefined ? '–' : format(value);
    write(drawing, { text, x: cellEnd(index), y: top + 34, size: 17, room: CELL_WIDTH - 12 });
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

function write(
  { pen, placeOf }: Drawing,
  { text, x, y, size, room, bold = false, colour = INK }: Writing,
): void {
  pen.font = `${bold ? '600 ' : ''}${String(size)}px ${FONT}`;
  pen.fillStyle = colour;
  pen.fillText(text, placeOf(x), y, room);
}
