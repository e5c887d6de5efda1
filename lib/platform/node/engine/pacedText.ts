/** Hands text on at once where it comes slowly, and sixty times a second where it comes fast: each time costs both processes something. */
import type { Clock } from '../../types';

export interface PacedText {
  write(text: string): void;
  /** Hands on what still waits. */
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
