/** Progress bars on a terminal: one line a file, rewritten in place while its bytes come in. */
import type { FileProgress, ModelState } from '../../lib/ai/modelState';
import { formatBytes, formatRate, formatTimeLeft, percentOf } from '../../lib/components/words';
import type { Streams } from './streams';

type Downloading = Extract<ModelState, { kind: 'downloading' }>;

export interface Bars {
  show(state: Downloading): void;
  /** A passing word below the bars; undefined takes it away. */
  status(text: string | undefined): void;
  /** Every file is here. */
  finish(): void;
  /** Leaves the open line as it is. */
  abandon(): void;
}

const BAR_CELLS = 20;
const CLEAR_LINE = '\r\u001b[2K';

export function createBars({ out, colours }: Streams): Bars {
  /** The file whose line is open. */
  let open: FileProgress | undefined;
  let isDirty = false;

  const write = (text: string) => {
    const width = (out.columns || 80) - 1;
    out.write(`${CLEAR_LINE}${text.slice(0, width)}`);
    isDirty = true;
  };
  const close = (file: FileProgress | undefined) => {
    if (file) write(lineOf({ ...file, receivedBytes: file.totalBytes ?? file.receivedBytes }, ''));
    if (isDirty) out.write('\n');
    isDirty = false;
    open = undefined;
  };

  return {
    show({ file, bytesPerSecond, secondsLeft }) {
      if (!file) return;
      if (open && open.fileName !== file.fileName) close(open);
      open = file;
      const rate = bytesPerSecond === undefined ? '' : formatRate(bytesPerSecond);
      const left = secondsLeft === undefined ? '' : formatTimeLeft(secondsLeft);
      write(lineOf(file, `${rate}  ${left}`));
    },
    status(text) {
      if (text === undefined) return;
      // Words about a file that is still open stand on its line; a closed one keeps its own.
      if (open && open.receivedBytes === open.totalBytes) close(open);
      write(`  ${colours ? `\u001b[2m${text}\u001b[0m` : text}`);
    },
    finish() {
      if (open) close(open);
      if (isDirty) out.write(CLEAR_LINE);
      isDirty = false;
    },
    abandon() {
      if (isDirty) out.write('\n');
      isDirty = false;
      open = undefined;
    },
  };
}

function lineOf({ fileName, receivedBytes, totalBytes }: FileProgress, tail: string): string {
  const name = fileName.length > 34 ? `${fileName.slice(0, 33)}…` : fileName.padEnd(34);
  if (totalBytes === undefined) return `  ${name} ${formatBytes(receivedBytes)}  ${tail}`;
  const filled = Math.floor((receivedBytes / Math.max(1, totalBytes)) * BAR_CELLS);
  const bar = '█'.repeat(filled) + '░'.repeat(BAR_CELLS - filled);
  const percent = `${String(percentOf(receivedBytes, totalBytes)).padStart(3)}%`;
  return `  ${name} ${bar} ${percent}  ${formatBytes(receivedBytes)} of ${formatBytes(totalBytes)}  ${tail}`;
}
