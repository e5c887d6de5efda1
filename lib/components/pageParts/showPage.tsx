/** Renders the app in the place of the page's logo. */
import type { ErrorBoundaryProps } from 'expo-router';
import { startTransition } from 'react';
import type { ComponentType } from 'react';
import { AppRegistry } from 'react-native';
import { SafeAreaProvider } from 'react-native-safe-area-context';
import { ScreenProblem } from './pageRouter';

export interface Layout {
  default: ComponentType;
  unstable_settings: { screenErrorBoundary: ComponentType<ErrorBoundaryProps> };
}

const NO_METRICS = {
  frame: { x: 0, y: 0, width: 0, height: 0 },
  // eslint-disable-next-line no-restricted-syntax -- really left and right
  insets: { top: 0, left: 0, right: 0, bottom: 0 },
};

export function showPage(layout: Layout): void {
  const App = () => <Page layout={layout} />;
  AppRegistry.registerComponent('main', () => App);
  startTransition(() => {
    AppRegistry.runApplication('main', { rootTag: document.getElementById('root') });
  });
}

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
