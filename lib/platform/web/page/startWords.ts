/** Puts words below the logo that the page shows until the app takes its place. */
import type { PageWords } from './build';

/** See `public/index.html`. Absent once the app is there. */
const PLACE = '#start-words';

/** The system's language: what a person has chosen is not known yet. */
export function wordsFor(languages: readonly string[], words: Readonly<Record<string, PageWords>>) {
  const tags = languages.map((tag) => tag.toLowerCase().split('-')[0] ?? '');
  const tag = tags.find((each) => Object.hasOwn(words, each)) ?? 'en';
  return words[tag];
}

export function showFirstVisit(words: PageWords): void {
  const show = () => {
    say(words, words.firstVisit);
  };
  // The place comes after this script. The page's other scripts run later than this event.
  document.addEventListener('readystatechange', show, { once: true });
}

export function showFailure(words: PageWords, reload: () => void): void {
  const button = document.createElement('button');
  button.textContent = words.reload;
  button.addEventListener('click', reload);
  say(words, words.failure, button)?.setAttribute('role', 'alert');
}

function say({ language }: PageWords, ...content: (string | Node)[]) {
  const place = document.querySelector<HTMLElement>(PLACE);
  if (!place) return undefined;
  place.lang = language;
  place.replaceChildren(...content);
  return place;
}
