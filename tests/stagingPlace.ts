/** Where on the disk a download lies, for tests that look at it from outside. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** With its owner, dead or alive, or at rest. */
export function stagingPlace(folder: string, model: string): string {
  const owners = join(folder, '.runs', model);
  const owner = namesIn(owners).find((name) => existsSync(join(owners, name, 'plan.json')));
  return owner === undefined ? join(folder, '.staging', model) : join(owners, owner);
}

function namesIn(place: string): string[] {
  try {
    return readdirSync(place);
  } catch {
    // Its owner has left, or never came.
    return [];
  }
}
