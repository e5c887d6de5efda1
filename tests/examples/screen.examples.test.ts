import { join } from 'node:path';
import { expect, it } from 'vitest';
import { EXPO_ENVIRONMENT } from '../../scripts/build/buildApp';
import { CONTENT, MODEL_FILE, sentBytes } from './exampleModel';
import { onExpoPage } from './expoPage';
import { keptFiles } from './page';
import { withExample } from './withExample';

const PRIMARY = 'rgb(102, 51, 153)';

it('downloads and removes a model below a theme and a shelf alone', (context) =>
  withExample('screen', context, async ({ folder, run }) => {
    const web = ['--platform', 'web', '--output-dir', 'dist'];
    await run(['node_modules/expo/bin/cli', 'export', ...web], EXPO_ENVIRONMENT);
    await onExpoPage(join(folder, 'dist'), async (page, hub) => {
      const card = page.getByRole('group', { name: 'Speaker', exact: true });
      // A button that has just appeared takes no presses for a moment.
      const takesPresses = page.locator(':not([aria-busy=true])');
      const press = (name: string, within = card) =>
        within.getByRole('button', { name, exact: true }).and(takesPresses).click();
      const download = card.getByRole('button', { name: 'Download Speaker', exact: true });
      await download.waitFor();
      const colour = () => download.evaluate((node) => getComputedStyle(node).backgroundColor);
      expect(await colour()).toBe(PRIMARY);
      expect(sentBytes(hub)).toBe(0);

      await press('Download Speaker');
      await card.getByText('Downloaded', { exact: true }).waitFor();
      expect(sentBytes(hub)).toBe(CONTENT.sizeBytes);
      expect(await keptFiles(page)).toContain(MODEL_FILE);

      await press('More actions for Speaker');
      await page.getByRole('menuitem', { name: 'Remove' }).click();
      await press('Remove', page.getByRole('dialog'));
      await download.waitFor();
      expect(await keptFiles(page)).not.toContain(MODEL_FILE);
    });
  }));
