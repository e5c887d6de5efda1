/** Reads what `modelshelf move` is to do. */
import { localPath } from '../cli/localPath';
import { UsageError } from '../cli/usageError';

/** A folder that isn't a place yet becomes one. */
export type Moving = { to: string } | 'back' | 'cancel' | 'give up';

interface Values {
  to?: string | undefined;
  back: boolean;
  cancel: boolean;
  'give-up': boolean;
  help: boolean;
}

/** Undefined for any other command. @throws UsageError */
export function movingOf(command: string | undefined, values: Values): Moving | undefined {
  if (command !== 'move' || values.help) return undefined;
  const { to, back, cancel, 'give-up': givesUp } = values;
  const chosen: Moving[] = [
    ...(to === undefined ? [] : [{ to: localPath(to) }]),
    ...(back ? ['back' as const] : []),
    ...(cancel ? ['cancel' as const] : []),
    ...(givesUp ? ['give up' as const] : []),
  ];
  if (chosen.length === 1) return chosen[0];
  throw new UsageError('move takes one of --to FOLDER, --back, --cancel and --give-up.');
}
