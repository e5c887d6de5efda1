/** Where a part of the app is that Metro has split off. Metro puts it in the place of Expo's function of this name. */
import { appPath } from '../webAssets';

/** `path` begins at the app's folder, with or without a slash; Metro's development server states whole addresses. */
export function buildUrlForBundle(path: string): string {
  if (/^https?:\/\//.test(path)) return path;
  return `${location.origin}${appPath()}/${path.replace(/^\/+/, '')}`;
}
