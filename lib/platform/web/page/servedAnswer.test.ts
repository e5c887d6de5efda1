import { expect, test } from 'vitest';

import { isolated, shellAt } from './servedAnswer';

test('an answer keeps its status and its headers, and isolates the page', async () => {
  const kept = new Response('text', { status: 203, headers: { 'Content-Type': 'text/css' } });
  const answer = isolated(kept);
  expect(answer.status).toBe(203);
  expect(answer.headers.get('content-type')).toBe('text/css');
  expect(answer.headers.get('cross-origin-embedder-policy')).toBe('require-corp');
  expect(answer.headers.get('cross-origin-opener-policy')).toBe('same-origin');
  expect(await answer.text()).toBe('text');
});

test('an answer that came compressed no longer states that, nor its length then', () => {
  const headers = { 'Content-Encoding': 'gzip', 'Content-Length': '3' };
  const answer = isolated(new Response('longer', { headers }));
  expect(answer.headers.has('content-encoding')).toBe(false);
  expect(answer.headers.has('content-length')).toBe(false);
});

test.each(['./', '/'])(
  'the links of a page that begin with %s lead from the folder of the app',
  async (start) => {
    const html = `<script src="${start}begin.js"></script><link href="${start}icons/1.png" /><a href="https://example.com/">`;
    const page = await shellAt(new Response(html), '/some/path/');
    expect(await page.text()).toBe(
      '<script src="/some/path/begin.js"></script><link href="/some/path/icons/1.png" /><a href="https://example.com/">',
    );
  },
);
