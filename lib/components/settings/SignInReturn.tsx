/** The address to which the hub sends a person back. Whoever waits for it has taken it by now: this leads on. */
import { Redirect } from 'expo-router';

export function SignInReturn() {
  return <Redirect href="/settings" />;
}
