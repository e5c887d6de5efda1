/** Globals that React Native has and its types don't mention. Only the native type check reads this file. */

declare const performance: { now(): number };
