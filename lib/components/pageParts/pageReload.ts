/** The one part of `expo` that this app uses on a page: Metro takes this module in place of the package. */
export function reloadAppAsync(): Promise<void> {
  location.reload();
  return Promise.resolve();
}
