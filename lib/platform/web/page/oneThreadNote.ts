/** Whether a person has dismissed the note that models run on one thread. Where the browser keeps nothing, it is back. */
const NAME = 'modelshelf.dismissed.one-thread';

export function isDismissed(): boolean {
  try {
    return localStorage.getItem(NAME) !== null;
  } catch {
    // Switched off.
    return false;
  }
}

export function dismiss(): void {
  try {
    localStorage.setItem(NAME, 'yes');
  } catch {
    // Switched off, or full.
  }
}
