/** The reasons of those who read files, in words: each ends a sentence, and `scripts/words` finds the fixed ones. */
import { t, translated } from './language';
import { printable } from './words';

/** Of an engine, a system or a server it is what they said, in their language. */
export function reasonWords(reason: string): string {
  for (const [pattern, words] of ABOUT_NAMES) {
    const [, name] = pattern.exec(reason) ?? [];
    if (name !== undefined) return words(printable(name));
  }
  return printable(translated(reason));
}

const ABOUT_NAMES: readonly (readonly [RegExp, (name: string) => string])[] = [
  [
    /^its header states no usable (.+)$/,
    (name) => t('its header states no usable {name}', { name }),
  ],
  [/^its metadata lacks (.+)$/, (name) => t('its metadata lacks {name}', { name })],
  [/^its metadata has no sane (.+)$/, (name) => t('its metadata has no sane {name}', { name })],
  [
    /^its format is GGUF version (\d+), which isn’t supported$/,
    (name) => t('its format is GGUF version {name}, which isn’t supported', { name }),
  ],
  [/^(.+) doesn’t lie where it may$/, (name) => t('{name} doesn’t lie where it may', { name })],
];
