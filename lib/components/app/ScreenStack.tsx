/** A phone's screens: on iOS a swipe from the side goes back, and a link to a screen further down goes back to it. */
import { withLayoutContext } from 'expo-router';
import { createNativeStackNavigator } from 'expo-router/native-stack';
import type { ComponentProps } from 'react';
import { useColors } from '../ui/theme';

const { Navigator } = createNativeStackNavigator();
const NativeStack = withLayoutContext(Navigator);

type RouterOverride = NonNullable<ComponentProps<typeof Navigator>['UNSTABLE_router']>;

// The bar links each screen to every other one. Without this every press would add one more screen to the stack, and
// each of them stays in memory. Expo Router's own Stack has no such option.
const goBackToWhatLiesBelow: RouterOverride = (router) => ({
  getStateForAction(state, action, options) {
    const isLink = action.type === 'NAVIGATE' && action.payload !== undefined;
    const payload = { ...action.payload, pop: true };
    return router.getStateForAction(state, isLink ? { ...action, payload } : action, options);
  },
});

export function ScreenStack() {
  const { background } = useColors();
  return (
    <NativeStack
      screenOptions={{ headerShown: false, contentStyle: { backgroundColor: background } }}
      UNSTABLE_router={goBackToWhatLiesBelow}
    />
  );
}
