/** What another app shared with this one, or a link of the scheme `web+modelshelf:` that a browser opened it with. */

/** The text for the box on the screen that adds models; undefined where nothing was shared. Pure. */
export function sharedText(parameters: Readonly<Record<string, unknown>>): string | undefined {
  const { link, url, text, title } = parameters;
  // A page may register only schemes that begin with `web+`.
  if (typeof link === 'string') return link.replace(/^web\+/i, '');
  const shared = [url, text, title].filter((value) => typeof value === 'string');
  // Android puts an address into the text, with words around it.
  const address = shared.map((value) => /https?:\/\/\S+/i.exec(value)?.[0]).find(Boolean);
  return address ?? shared.find((value) => value.trim() !== '');
}
