/** A problem of `modelshelf catalog` that the person can solve; the message is all that they need. */
export class CatalogCommandError extends Error {}
