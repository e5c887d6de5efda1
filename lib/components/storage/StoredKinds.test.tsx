import { describe, expect, it } from '@jest/globals';
import { render, screen } from '@testing-library/react-native';
import { PaperProvider } from 'react-native-paper';

import { begin } from '../../../tests/providersFixture';
import { TinyDemo } from '../../ai/modelConfig';
import type { StoredItem } from '../../ai/storage/accountStorage';
import { STORE } from '../../platform/shared/homes';
import { Notices } from '../notices/Notices';
import { formatBytes } from '../words/words';
import { StoredKinds } from './StoredKinds';

async function show(items: readonly StoredItem[]) {
  const { wrapper: Providers } = await begin();
  render(
    <PaperProvider settings={{ icon: () => null }}>
      <Providers>
        <Notices>
          <StoredKinds items={items} />
        </Notices>
      </Providers>
    </PaperProvider>,
  );
}

const item = (kind: StoredItem['kind'], more: Partial<StoredItem> = {}): StoredItem => ({
  ...{ kind, path: kind, place: STORE, name: `the ${kind}`, modelId: undefined },
  ...{ usedBytes: 2_000_000, freedBytes: 2_000_000, since: undefined },
  ...more,
});

describe('what is stored', () => {
  it('says that nothing is', async () => {
    await show([]);
    expect(screen.getByText(/Nothing is stored yet/)).toBeOnTheScreen();
    expect(screen.queryByText('Delete')).toBeNull();
  });

  it('offers what can be done with each thing, and nothing else', async () => {
    const { modelId, displayName: name } = TinyDemo;
    await show([
      item('model', { modelId, name }),
      item('removed', { modelId, name }),
      item('unknown'),
      item('import'),
    ]);
    expect(screen.queryByText(/Nothing is stored yet/)).toBeNull();
    expect(screen.getAllByText(formatBytes(2_000_000))).toHaveLength(4);
    expect(screen.getByLabelText(`Remove ${name}`)).toBeOnTheScreen();
    expect(screen.getByLabelText(`Bring ${name} back`)).toBeOnTheScreen();
    expect(screen.getByLabelText(`Delete ${name}`)).toBeOnTheScreen();
    expect(screen.getByLabelText('Delete the unknown')).toBeOnTheScreen();
    expect(screen.queryByLabelText('Delete the import')).toBeNull();
  });

  it('offers no removal of a model that no list names any more', async () => {
    await show([item('model')]);
    expect(screen.queryByLabelText('Remove the model')).toBeNull();
  });
});
