/** Asks Chromium itself whether it would install the page as an app: Lighthouse no longer does. */
import { chromium } from 'playwright';
import { CHROMIUM_FLAGS } from '../../checks/browser';

/** What is in the way, in Chromium's words; a profile that is kept nowhere is no fault of the page. */
export async function installabilityProblems(browser: string, url: string): Promise<string[]> {
  const started = await chromium.launch({ executablePath: browser, args: CHROMIUM_FLAGS });
  try {
    const page = await started.newPage();
    await page.goto(url, { waitUntil: 'load' });
    const session = await page.context().newCDPSession(page);
    const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
    return installabilityErrors
      .map(({ errorId }) => errorId)
      .filter((problem) => problem !== 'in-incognito');
  } finally {
    await started.close();
  }
}
