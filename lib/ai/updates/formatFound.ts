/** A found update as a text for the database (`parseFound`). Pure. */
import type { InstalledFile } from '../modelState';
import { catalogEntryOf } from '../registry/catalogText';
import { stepName } from './compareVersions';
import type { ModelUpdate } from './modelUpdate';

/** `installed`: the files to which the update was compared. */
export function formatFound(update: ModelUpdate, installed: readonly InstalledFile[]): string {
  const { config, runtime, origin, changes, license, downloadBytes, isCompared } = update;
  const step = stepName(config, runtime, installed);
  const facts = { origin, changes, license, downloadBytes, isCompared, step };
  return JSON.stringify({ entry: catalogEntryOf(config), ...facts });
}
