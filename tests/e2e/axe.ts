/** What axe-core finds on a page. */
import axe from 'axe-core';
import type { Page } from 'playwright';

/** Lines that name the rule and the elements. */
export async function violations(page: Page): Promise<string[]> {
  // Evaluated by the debugger, so that the page's own policy needs no hole for it.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { axe: inPage } = globalThis as unknown as { axe: typeof axe };
    return (await inPage.run({ resultTypes: ['violations'] })).violations;
  });
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}

/** Of the light theme and of the dark one, which the page is left in. A page on which both look alike has a fault, too. */
export async function violationsInThemes(page: Page): Promise<string[]> {
  const faults: string[] = [];
  const colors = new Set<string>();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    colors.add(await paintedColor(page));
    faults.push(...(await violations(page)).map((fault) => `${colorScheme}: ${fault}`));
  }
  return colors.size === 2 ? faults : [...faults, 'the themes look alike'];
}

/** Of the title, once the page has drawn what it was told last. */
function paintedColor(page: Page): Promise<string> {
  return page.evaluate(async () => {
    for (let frames = 0; frames < 2; frames += 1) await new Promise(requestAnimationFrame);
    const title = document.querySelector('h1, [role=heading][aria-level="1"]');
    return title === null ? 'no title' : getComputedStyle(title).color;
  });
}
