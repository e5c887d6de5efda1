/** Finds what a shell hands on when a variable that it was to put there is unset. */
import { UsageError } from './usageError';

/** The name of an option that was given an empty value, with its dashes; undefined when there is none. */
export function emptyOption(values: Readonly<Record<string, unknown>>): string | undefined {
  const isEmpty = (value: unknown) => typeof value === 'string' && value.trim() === '';
  const found = Object.entries(values).find(([, value]) => [value].flat().some(isEmpty));
  return found && `--${found[0]}`;
}

/** An empty folder would be the one that the command runs in; an empty proxy is none. @throws UsageError */
export function refuseEmpty({ proxy: _, ...values }: Readonly<Record<string, unknown>>): void {
  const name = emptyOption(values);
  if (name !== undefined) throw new UsageError(`${name} is empty.`);
}
