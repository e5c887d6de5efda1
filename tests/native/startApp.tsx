/** The whole app on a phone of the tests: its own routes and composition root, over the fakes of native modules. */
import { render } from '@testing-library/react-native';
import { ExpoRoot } from 'expo-router';
import { getMockContext } from 'expo-router/testing-library';
import { Platform } from 'react-native';
import { phone } from './fakes/phone';
import { startWithAddress } from './fakes/reactNative';

export interface RunningApp {
  /** The system ends it: nothing that it still does reaches the system's transfers. */
  kill(): void;
}

/** Shows the app as somebody sees it who opens it, or a link into it. */
export function startApp(route = '/'): RunningApp {
  return show({ location: route });
}

/** The system starts the app with an address, as it does for another app. */
export function startAppWith(address: string): RunningApp {
  startWithAddress(address);
  return show({});
}

function show(props: { location?: string }): RunningApp {
  phone.system = Platform.OS === 'ios' ? 'ios' : 'android';
  const { unmount } = render(<ExpoRoot context={getMockContext('./app')} {...props} />);
  return {
    kill() {
      phone.killApp();
      unmount();
    },
  };
}
