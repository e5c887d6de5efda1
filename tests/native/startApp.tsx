/** The whole app on a phone of the tests: its own routes and composition root, over the fakes of native modules. */
import { render } from '@testing-library/react-native';
import { ExpoRoot } from 'expo-router';
import { getMockContext } from 'expo-router/testing-library';
import { Platform } from 'react-native';
import { phone } from './fakes/phone';

export interface RunningApp {
  /** The system ends it: nothing that it still does reaches the system's transfers. */
  kill(): void;
}

/** Shows the app as somebody sees it who opens it, or a link into it. */
export function startApp(route = '/'): RunningApp {
  phone.system = Platform.OS === 'ios' ? 'ios' : 'android';
  const { unmount } = render(<ExpoRoot context={getMockContext('./app')} location={route} />);
  return {
    kill() {
      phone.killApp();
      unmount();
    },
  };
}
