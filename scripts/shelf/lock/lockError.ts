/** A lock file that can't be used as it is; `message` is for the person and names the file and the line. */
export class LockError extends Error {
  override readonly name = 'LockError';
}
