/**
 * Which packages a fake stands in for where there is no phone: `resolve.alias` of Vitest. Jest reads the same
 * list; there React Native is the real one.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const fakePath = (file: string) => fileURLToPath(new URL(`./fakes/${file}`, import.meta.url));

const packages = JSON.parse(readFileSync(fakePath('packages.json'), 'utf8')) as object;

export const phoneAliases = Object.entries({ ...packages, reactNative: '^react-native$' }).map(
  ([name, pattern]) => ({ find: new RegExp(pattern), replacement: fakePath(`${name}.ts`) }),
);
