/** The token that requests to the hub carry, until the hub refuses it. */
import type { HubSignIn } from '../types';

export interface HeldToken {
  /** Called when a token is about to be sent. */
  token(): string | undefined;
  /** The hub refused this token: it isn't sent any more. */
  onRefused(token: string): void;
  use: HubSignIn['use'];
}

/** `first` is the token until `use` is called, and `onRefused` what is told of it. */
export function createHeldToken(
  first: () => string | undefined = () => undefined,
  onRefused?: () => void,
): HeldToken {
  let current = first;
  let tellRefused = onRefused;
  const refused = new Set<string>();
  return {
    token() {
      const token = current();
      return token === undefined || refused.has(token) ? undefined : token;
    },
    onRefused(token) {
      if (refused.has(token) || current() !== token) return;
      refused.add(token);
      tellRefused?.();
    },
    use(token, tell) {
      current = () => token;
      tellRefused = tell;
      // A token that is given again, as after a person's check, is tried again.
      refused.clear();
    },
  };
}
