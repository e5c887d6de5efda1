/** Progress bars on a terminal: one line per file, rewritten in place while its bytes arrive. */
import type { FileProgress, ModelState } from '../../lib/ai/modelState';
import { formatRate, formatTimeLeft } from '../../lib/components/words/words';
import { fitText } from './columns';
import { progressLine } from './progressLine';
import type { Streams } from './streams';

type Downloading = Extract<ModelState, { kind: 'downloading' }>;

export interface Bars {
  show(state: Downloading): void;
  /** Shows a temporary message below the bars; undefined removes it. */
  status(text: string | undefined): void;
  /** Call it when every file is complete. */
  finish(): void;
  /** Leaves the open line as it is. */
  abandon(): void;
}

const CLEAR_LINE = '\r\u001b[2K';

export function createBars({ out, colours }: Streams): Bars {
  /** The file whose line is open. */
  let open: FileProgress | undefined;
  let isDirty = false;

  // A line that reached the last column would wrap, and couldn't be rewritten in place.
  const columns = () => (out.columns || 80) - 1;
  const write = (line: string) => {
    out.write(`${CLEAR_LINE}${line}`);
    isDirty = true;
  };
  const writeProgress = (file: FileProgress, tail: string) => {
    write(progressLine(file, tail, columns()));
  };
  const close = (file: FileProgress | undefined) => {
    if (file) writeProgress({ ...file, receivedBytes: file.totalBytes ?? file.receivedBytes }, '');
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
      writeProgress(file, `${rate}  ${left}`.trimEnd());
    },
    status(text) {
      if (text === undefined) return;
      // A message about an unfinished file replaces its line; the line of a complete file stays.
      if (open && open.receivedBytes === open.totalBytes) close(open);
      const line = fitText(`  ${text}`, columns());
      write(colours ? `\u001b[2m${line}\u001b[0m` : line);
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
