/** What a page runs first: Metro takes this module in place of Expo Router's own entry. */
import '@expo/metro-runtime';
import { routes } from './pageRoutes';
import { preloadScreen } from './pageScreens';
import { showPage, type Layout } from './showPage';

declare const require: (module: string) => unknown;
// It lets Metro load parts of the app. By `require`, because its types are sources that follow other rules.
require('expo/src/async-require');

const nextTask = () => new Promise((resolve) => setTimeout(resolve));

begin().catch((error: unknown) => {
  globalThis.modelshelfPage?.showFailure();
  throw error;
});

/**
 * Without React's `lazy`, which shows what it has waited for a third of a second late; the page shows its logo until then.
 * In several tasks, each of which blocks the page for a shorter time: Metro runs a module when its import is first used.
 */
async function begin(): Promise<void> {
  const screen = preloadScreen();
  const layout = routes('./_layout.tsx');
  await nextTask();
  // Runs React's code, while the app's is on its way.
  const show = showPage;
  const loaded = (await layout) as Layout;
  await screen;
  await nextTask();
  show(loaded);
}
