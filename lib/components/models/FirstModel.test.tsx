import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { act, fireEvent, render, screen, waitFor } from '@testing-library/react-native';
import { PaperProvider } from 'react-native-paper';
import { createShelfInMemory } from '../../../tests/shelfMemory';
import type { ShelfWorld } from '../../../tests/shelfMemory';
import type { Shelf } from '../../ai/createShelf';
import { ShelfProvider } from '../../ai/shelf/ShelfProvider';
import { Notices } from '../notices/Notices';
import { FirstModel } from './FirstModel';

let world: ShelfWorld;
beforeEach(async () => {
  world = await createShelfInMemory();
});
afterEach(() => world.dispose());

/** With so many models, of which the first one lies at the hub. */
async function show(count: number): Promise<Shelf> {
  const others = Array.from({ length: count - 1 }, (_, place) => ({
    ...{ ...world.model, modelId: `m-${place}`, folderName: `m-${place}` },
    displayName: `Model ${place}`,
  }));
  const shelf = await world.open([world.model, ...others]);
  render(
    <PaperProvider settings={{ icon: () => null }}>
      <ShelfProvider shelf={shelf}>
        <Notices>
          <FirstModel />
        </Notices>
      </ShelfProvider>
    </PaperProvider>,
  );
  return shelf;
}

const press = () =>
  act(async () => {
    fireEvent.press(screen.getByRole('button', { name: `Download ${world.model.displayName}` }));
    return Promise.resolve();
  });

it('offers one model by name and size, and no time that nobody has measured', async () => {
  await show(3);
  expect(screen.getAllByRole('button')).toHaveLength(1);
  expect(
    screen.getByText(/to download; how long that takes depends on your connection\.$/),
  ).toBeOnTheScreen();
});

it('shows the progress in place of the press, and is gone once the model is here', async () => {
  const shelf = await show(3);
  world.stall();
  await press();
  await screen.findByRole('progressbar');
  expect(screen.queryByRole('button')).toBeNull();
  await act(() => shelf.pause(world.model.modelId));
  await screen.findByRole('button', { name: `Resume ${world.model.displayName}` });
  await act(() => shelf.ensure(world.model.modelId));
  await waitFor(() => expect(screen.queryByText('Your first model')).toBeNull());
});

it('is left out on a shelf of two models, where there is nothing to choose', async () => {
  await show(2);
  expect(screen.queryByText('Your first model')).toBeNull();
});
