/** Loads a part of this library at its first use: what only some people do needn't be loaded at each start. */
import { describe, ModelError } from '../../errors';

/**
 * `name` stands in the failure.
 * @throws ModelError APP_INCOMPLETE where the part can't be had, such as a file of a page that is no longer served
 */
export async function loadPart<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    throw new ModelError('APP_INCOMPLETE', { file: name, reason: describe(cause) }, { cause });
  }
}
