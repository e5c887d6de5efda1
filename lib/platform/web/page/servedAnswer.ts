/** The service worker's answers: kept files with the headers that isolate a page. Pure. */

/** The same as those of the app's own server: `scripts/serve/headers.ts` gives the reasons. */
const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** The same answer in an isolated page. */
export function isolated({ status, statusText, headers, body }: Response): Response {
  const changed = new Headers(headers);
  for (const [name, value] of Object.entries(ISOLATION)) changed.set(name, value);
  if (changed.has('Content-Encoding')) {
    // The body is no longer compressed.
    changed.delete('Content-Encoding');
    changed.delete('Content-Length');
  }
  return new Response(body, { status, statusText, headers: changed });
}

/** The page for an address at any depth: its own links lead from the app's folder on. */
export async function shellAt(page: Response, path: string): Promise<Response> {
  const html = await page.text();
  const { headers } = page;
  const changed = new Headers(headers);
  changed.delete('Content-Length');
  const text = html.replace(/(?<=\s(?:href|src)=")(?:\/|\.\/)/g, path);
  return isolated(new Response(text, { headers: changed }));
}
