/** `finally` for work after work that may fail itself: with the language's own, the later failure hides the one that led there. */

/** Runs `work`, then `last` whatever came of it. Rejects with the failure of `work`, else with that of `last`. */
export async function finallyDo<T>(work: () => Promise<T>, last: () => unknown): Promise<T> {
  let result: T;
  try {
    result = await work();
  } catch (error) {
    try {
      await last();
    } catch {
      // What failed first says more, and its caller may know what to do about it.
    }
    throw error;
  }
  await last();
  return result;
}
