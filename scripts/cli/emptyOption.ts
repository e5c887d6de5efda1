/** Finds options with an empty value, which a shell passes when a variable in the command is unset. */
import { UsageError } from './usageError';

/** The name of an option that was given an empty value, with its dashes; undefined when there is none. */
export function emptyOption(values: Readonly<Record<string, unknown>>): string | undefined {
  const isEmpty = (value: unknown) => typeof value === 'string' && value.trim() === '';
  const found = Object.entries(values).find(([, value]) => [value].flat().some(isEmpty));
  return found && `--${found[0]}`;
}

/**
 * Refuses empty values, because an empty folder would mean the current one; an empty proxy is allowed.
 * @throws UsageError
 */
export function refuseEmpty({ proxy: _, ...values }: Readonly<Record<string, unknown>>): void {
  const name = emptyOption(values);
  if (name !== undefined) throw new UsageError(`${name} is empty.`);
}
