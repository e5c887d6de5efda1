import { expect, it } from 'vitest';

import { rejectionOf } from '../../tests/conformance/expectFailure';
import { MODEL, createTab } from '../../tests/modelFixture';

it('stops reading a model back when the manager is closed', async () => {
  const { manager } = await createTab();
  await manager.start();
  await manager.ensureModelPresent(MODEL);
  const verifying = rejectionOf(manager.verifyModel(MODEL));
  await manager.close();
  expect(await verifying).toMatchObject({ name: 'AbortError' });
});
