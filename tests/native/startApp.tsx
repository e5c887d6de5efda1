/** The whole app on a phone of the tests: its own routes and composition root, over the fakes of native modules. */
import { render } from '@testing-library/react-native';
import { ExpoRoot } from 'expo-router';
import { getMockContext } from 'expo-router/testing-library';

/** Renders the app as somebody who opens it sees it. */
export function startApp(): ReturnType<typeof render> {
  return render(<ExpoRoot context={getMockContext('./app')} location="/" />);
}
