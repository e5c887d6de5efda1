/** `expo-web-browser`, as far as the app uses it: the page of the hub, on which a test presses the buttons. */
import { phone } from './phone';

export function openAuthSessionAsync(url: string, redirectUrl: string) {
  return phone.browse(url, redirectUrl);
}
