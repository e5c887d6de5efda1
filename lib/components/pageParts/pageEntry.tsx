/** What a page runs first: Metro takes this module in place of Expo Router's own entry. */
import '@expo/metro-runtime';
import type { ErrorBoundaryProps } from 'expo-router';
import { startTransition } from 'react';
import type { ComponentType } from 'react';
import { AppRegistry } from 'react-native';
import { SafeAreaProvider } from 'react-native-safe-area-context';
import { preloadScreen, ScreenProblem } from './pageRouter';
import { routes } from './pageRoutes';

declare const require: (module: string) => unknown;
// It lets Metro load parts of the app. By `require`, because its types are sources that follow other rules.
require('expo/src/async-require');

interface Layout {
  default: ComponentType;
  unstable_settings: { screenErrorBoundary: ComponentType<ErrorBoundaryProps> };
}

const NO_METRICS = {
  frame: { x: 0, y: 0, width: 0, height: 0 },
  // eslint-disable-next-line no-restricted-syntax -- really left and right
  insets: { top: 0, left: 0, right: 0, bottom: 0 },
};

// Without React's `lazy`, which shows what it has waited for a third of a second late. The page shows its logo until then.
begin().catch((error: unknown) => {
  globalThis.modelshelfPage?.showFailure();
  throw error;
});

async function begin(): Promise<void> {
  const screen = preloadScreen();
  const layout = (await routes('./_layout.tsx')) as Layout;
  await screen;
  // The next lines are the first that run React’s code: in one task with the app’s, it would block the page for longer.
  await nextTask();
  const App = () => <Page layout={layout} />;
  AppRegistry.registerComponent('main', () => App);
  startTransition(() => {
    AppRegistry.runApplication('main', { rootTag: document.getElementById('root') });
  });
}

const nextTask = () => new Promise((resolve) => setTimeout(resolve));

function Page({ layout }: { layout: Layout }) {
  const { default: RootLayout, unstable_settings: settings } = layout;
  return (
    <SafeAreaProvider initialMetrics={NO_METRICS}>
      <ScreenProblem value={settings.screenErrorBoundary}>
        <RootLayout />
      </ScreenProblem>
    </SafeAreaProvider>
  );
}
