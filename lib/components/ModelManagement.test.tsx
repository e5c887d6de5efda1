import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  act,
  configure,
  fireEvent,
  render,
  screen,
  waitFor,
  within,
} from '@testing-library/react-native';
import { PaperProvider } from 'react-native-paper';
import { ShelfProvider } from 'modelshelf/react';
import { ModelManagement } from 'modelshelf/screen';
import { choose } from '../../tests/cardFixture';
import { MODEL } from '../../tests/modelFixture';
import { createShelfInMemory } from '../../tests/shelfMemory';
import type { ShelfWorld } from '../../tests/shelfMemory';
import type { Shelf } from '../ai/createShelf';

// Each test is a journey of several steps.
jest.setTimeout(60_000);
configure({ asyncUtilTimeout: 20_000 });

// The app around the screen has no router, and isn't an Expo app.
function mockAbsent(): never {
  throw new Error('This app has no such package.');
}
jest.mock('expo', () => mockAbsent());
jest.mock('expo-router', () => mockAbsent());
jest.mock('expo-router/head', () => mockAbsent());

let world: ShelfWorld;
let shelf: Shelf;
let id: string;

beforeEach(async () => {
  world = await createShelfInMemory();
  id = world.model.modelId;
  shelf = await world.open([world.model]);
});
afterEach(() => world.dispose());

/** With nothing above it but a theme and a shelf. */
function show(): void {
  render(
    <PaperProvider>
      <ShelfProvider shelf={shelf}>
        <ModelManagement />
      </ShelfProvider>
    </PaperProvider>,
  );
}

/** The card is before the dialogs, which can have the same name. */
const card = () => within(screen.getAllByLabelText(world.model.displayName)[0]);

/** The names of the buttons on the card, in order, without the model's name; the last one opens its menu. */
function buttons(): string[] {
  const names = card()
    .getAllByRole('button')
    .map(({ props }) => String((props as Record<string, unknown>)['accessibilityLabel']));
  expect(names.pop()).toMatch(/^More actions for/);
  return names.map((name) => name.replace(` ${world.model.displayName}`, ''));
}

/** As soon as the button takes presses: not in the moment after it has appeared. */
async function press(name: string): Promise<void> {
  const pressed = await card().findByRole('button', { name, busy: false });
  await act(async () => {
    fireEvent.press(pressed);
    return Promise.resolve();
  });
}

/** Presses a button of the open dialog. */
async function answer(title: string, name: string): Promise<void> {
  const dialog = within(screen.getAllByLabelText(title).at(-1));
  await act(async () => {
    fireEvent.press(dialog.getByRole('button', { name }));
    return Promise.resolve();
  });
}

async function downloadHalf(): Promise<void> {
  world.stall();
  await press('Download');
  await waitFor(() =>
    expect(shelf.getSnapshot().states[id]).toMatchObject({ receivedBytes: world.stalledBytes }),
  );
  expect(buttons()).toEqual(['Pause', CANCEL]);
}

const CANCEL = 'Cancel the download of';
const untilButtons = (...names: string[]) => waitFor(() => expect(buttons()).toEqual(names));

describe('the model screen below a ShelfProvider alone', () => {
  it('downloads, checks and removes a model', async () => {
    show();
    expect(buttons()).toEqual(['Download']);
    expect(await world.disk()).toEqual({});
    await press('Download');
    await untilButtons();
    expect(screen.getByText(`${world.model.displayName} is installed`)).toBeOnTheScreen();
    expect(shelf.getSnapshot().states[id]?.kind).toBe('installed');

    await choose('Details', card());
    await answer(world.model.displayName, 'Check files');
    await screen.findByText('Every byte is as it was installed.');
    await answer(world.model.displayName, 'Close');

    await choose('Remove', card());
    await answer(`Remove ${world.model.displayName}?`, 'Remove');
    await untilButtons('Download');
    expect(shelf.getSnapshot().states[id]?.kind).toBe('absent');
  });

  it('brings a removed model back from the notice, without a request', async () => {
    await shelf.ensure(id);
    show();
    const before = await world.disk();
    world.takeRequests();
    await choose('Remove', card());
    await answer(`Remove ${world.model.displayName}?`, 'Remove');
    await untilButtons('Download');
    expect(await world.disk()).not.toEqual(before);
    const undo = { name: `Undo: bring ${world.model.displayName} back` };
    const button = await screen.findByRole('button', undo);
    await act(async () => {
      fireEvent.press(button);
      return Promise.resolve();
    });
    await untilButtons();
    expect(shelf.getSnapshot().states[id]?.kind).toBe('installed');
    expect(await world.disk()).toEqual(before);
    expect(world.takeRequests()).toEqual([]);
  });

  it('pauses and resumes a download', async () => {
    show();
    await downloadHalf();
    await press('Pause');
    await untilButtons('Resume', CANCEL);
    expect(screen.getByText(/ · 50%$/)).toBeOnTheScreen();
    await press('Resume');
    await untilButtons();
  });

  it('cancels a download', async () => {
    show();
    await downloadHalf();
    await press('Cancel');
    await untilButtons('Download');
    expect(await world.disk()).toEqual({});
  });

  it('repairs a damaged model', async () => {
    await shelf.ensure(id);
    const before = await world.disk();
    await world.damage(`${world.model.folderName}/${world.model.ggufFileName}`);
    show();
    await choose('Details', card());
    await answer(world.model.displayName, 'Check files');
    await screen.findByText('The file is damaged or was changed');
    await answer(world.model.displayName, 'Repair');
    await untilButtons();
    await expect(shelf.verify(id)).resolves.toBeUndefined();
    const path = `${world.model.folderName}/${world.model.ggufFileName}`;
    expect((await world.disk())[path]).toEqual(before[path]);
  });
});

describe('a shelf of a thousand models', () => {
  const many = Array.from({ length: 1_000 }, (_, place) => ({
    ...MODEL,
    modelId: `m-${place}`,
    folderName: `m-${place}`,
    displayName: `Model ${place}`,
  }));
  const cards = () =>
    screen.getAllByLabelText(/^Model \d+$/).map(({ props }) => {
      const named = props as Record<string, unknown>;
      return named['aria-label'] ?? named['accessibilityLabel'];
    });

  it('renders only the cards near the visible part, and finds and sorts the others', async () => {
    shelf = await world.open(many);
    show();
    expect(cards().length).toBeLessThan(50);
    expect(screen.getByText('1,000 models')).toBeOnTheScreen();

    fireEvent.changeText(screen.getByLabelText('Search'), 'm-99');
    expect(screen.getByText('11 models')).toBeOnTheScreen();
    const found = [99, 990, 991, 992, 993, 994, 995, 996, 997, 998, 999];
    expect(cards()).toEqual(found.map((place) => `Model ${place}`));
    fireEvent.changeText(screen.getByLabelText('Search'), 'nowhere');
    expect(screen.getByText('No model has all these words.')).toBeOnTheScreen();

    fireEvent.changeText(screen.getByLabelText('Search'), '');
    await act(() => shelf.marks.setFavourite('m-998', true));
    fireEvent.press(screen.getByText('Favourites first'));
    expect(cards()[0]).toBe('Model 998');
    expect(screen.getByText('Favourite')).toBeOnTheScreen();
  });

  it('has neither a search nor an order with a dozen', async () => {
    shelf = await world.open(many.slice(0, 12));
    show();
    expect(cards()).toHaveLength(12);
    expect(screen.queryByLabelText('Search')).toBeNull();
    expect(screen.queryByText('Favourites first')).toBeNull();
  });

  it('keeps a note of a model, which the search finds', async () => {
    shelf = await world.open(many);
    show();
    const [menu] = screen.getAllByRole('button', { name: /^More actions for/ });
    fireEvent.press(menu);
    fireEvent.press(await screen.findByRole('menuitem', { name: 'Details' }));
    fireEvent.changeText(screen.getByLabelText('Note'), 'For the train');
    await answer('Model 0', 'Close');
    await waitFor(() => expect(shelf.marks.getSnapshot()['m-0']?.note).toBe('For the train'));
    fireEvent.changeText(screen.getByLabelText('Search'), 'train');
    expect(cards()).toEqual(['Model 0']);
  });
});
