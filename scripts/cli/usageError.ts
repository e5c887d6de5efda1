/** Wrong usage; `message` is for the person. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
