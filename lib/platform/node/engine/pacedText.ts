/** Passes slow text on at once and fast text sixty times a second, because each message costs both processes time. */
import type { Clock } from '../../types';

export interface PacedText {
  write(text: string): void;
  /** Passes on the text that still waits. */
  end(): void;
}

const INTERVAL_MS = 16;

export function createPacedText(
  clock: Pick<Clock, 'after'>,
  send: (text: string) => void,
): PacedText {
  let waiting = '';
  let callOff: (() => void) | undefined;

  function flush(): void {
    callOff = undefined;
    if (waiting === '') return;
    const text = waiting;
    waiting = '';
    callOff = clock.after(INTERVAL_MS, flush);
    send(text);
  }

  return {
    write(text) {
      waiting += text;
      if (!callOff) flush();
    },
    end() {
      callOff?.();
      flush();
      callOff?.();
    },
  };
}
