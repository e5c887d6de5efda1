/** Globals of React Native that are missing in its types. Only the native type check reads this file. */

declare const performance: { now(): number };
