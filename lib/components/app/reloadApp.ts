/** Starts the app again: on a page in its newest version, also where an older one still waits to be replaced. */
import { reloadAppAsync } from 'expo';
import type {} from '../../platform/pagePort';

export function reloadApp(): void {
  const page = globalThis.modelshelfPage;
  if (page) page.reload();
  else void reloadAppAsync();
}
