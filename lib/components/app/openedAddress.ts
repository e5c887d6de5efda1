/** Where an address leads that a phone’s system opens the app with. */
import { ADD_ROUTE } from '../ui/navigation';

/** A file that another app opened or shared. It isn’t read by its address here: see `FileArrivals`. */
const FILE = /^(?:file|content):/i;

/** Expo Router asks it about each address, before it looks for a route. */
export function redirectSystemPath({ path }: { path: string; initial: boolean }): string {
  return FILE.test(path) ? ADD_ROUTE : path;
}
