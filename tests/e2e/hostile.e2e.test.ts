import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { card, createScene, launchBrowser, openShelf, type Scene, choose } from './scene';

const ATTACK = '<img src=x onerror="globalThis.pwned=1">';

let browser: Browser;
let scene: Scene;
beforeAll(async () => {
  browser = await launchBrowser();
  scene = await createScene({
    catalog: ({ version, models: [model] }) => ({
      version,
      models: [
        {
          ...model,
          displayName: `Evil ${ATTACK}`,
          description: `\u202e${ATTACK}[x](javascript:alert(1))`,
        },
        { ...model, modelId: 'link', folderName: 'link', huggingFaceUrl: 'javascript:pwned=1' },
        { ...model, modelId: 'escape', folderName: '../../escape' },
        JSON.parse('{"__proto__":{"polluted":true},"modelId":"proto"}') as unknown,
      ],
    }),
  });
});
afterAll(async () => {
  await browser.close();
  await scene.close();
});

it('shows a hostile catalog as text, drops what isn’t safe, and runs none of it', async () => {
  const context = await scene.context(browser);
  const page = await context.newPage();
  const refusals: string[] = [];
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) refusals.push(message.text());
  });
  await openShelf(page, scene);
  await card(page, `Evil ${ATTACK}`).waitFor();
  await choose(page, `Evil ${ATTACK}`, 'Details');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('Part of the catalog was left out').waitFor();
  const harm = await page.evaluate(() => ({
    pwned: 'pwned' in globalThis,
    polluted: 'polluted' in {},
    images: document.querySelectorAll('img[src=x]').length,
    links: [...document.links].filter(({ protocol }) => !protocol.startsWith('http')).length,
  }));
  expect(harm).toEqual({ pwned: false, polluted: false, images: 0, links: 0 });
  expect(refusals).toEqual([]);
  await context.close();
});

it('is served under a policy that lets no script in from elsewhere', async () => {
  const { headers } = await fetch(scene.url);
  const policy = headers.get('content-security-policy') ?? '';
  expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval'");
  expect(policy).not.toMatch(/script-src[^;]*'unsafe-inline'|'unsafe-eval'/);
  expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
});
