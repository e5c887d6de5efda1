/** Runs a test with an installed example, or skips it with the reason. */
import type { TestContext } from 'vitest';
import { installExample } from './installedExample';
import type { ExampleName, InstalledExample } from './installedExample';

export async function withExample(
  name: ExampleName,
  context: TestContext,
  test: (example: InstalledExample) => Promise<void>,
): Promise<void> {
  const installed = await installExample(name);
  if ('missing' in installed) {
    const note = `skipped, the example ${name} can’t be installed: ${installed.missing}`;
    Object.assign(context.task.meta, { note });
    context.skip(note);
    return;
  }
  try {
    await test(installed);
  } finally {
    await installed.remove();
  }
}
