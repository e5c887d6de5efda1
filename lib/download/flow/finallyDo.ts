/** A `finally` whose last step may fail, too. In the language's own `finally`, that failure hides the first one. */

/** Runs `work`, then `last`, also after a failure. Rejects with the failure of `work`, else with that of `last`. */
export async function finallyDo<T>(work: () => Promise<T>, last: () => unknown): Promise<T> {
  let result: T;
  try {
    result = await work();
  } catch (error) {
    try {
      await last();
    } catch {
      // The first failure says more, and the caller may know how to handle it.
    }
    throw error;
  }
  await last();
  return result;
}
