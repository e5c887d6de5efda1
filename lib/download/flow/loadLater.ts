/** A part that is loaded and made at its first use, and is the same one from then on. */
import { loadPart } from './loadPart';

export interface Later<T> {
  /** A failure isn't kept: the next call tries again. @throws ModelError APP_INCOMPLETE */
  load: () => Promise<T>;
  /** Undefined before it is there. */
  find: () => T | undefined;
}

/** `name` stands in the failure. */
export function loadLater<T>(name: string, make: () => Promise<T>): Later<T> {
  let made: T | undefined;
  let making: Promise<T> | undefined;
  const begin = async () => {
    try {
      made = await loadPart(name, make);
      return made;
    } catch (error) {
      making = undefined;
      throw error;
    }
  };
  return { load: () => (making ??= begin()), find: () => made };
}
