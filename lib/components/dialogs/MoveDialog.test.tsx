import { expect, it, jest } from '@jest/globals';
import { act, fireEvent, render, screen } from '@testing-library/react-native';
import { PaperProvider } from 'react-native-paper';
import { Qwen3_0_6B } from '../../ai/modelConfig';
import type { Place } from '../../platform/types';
import { formatBytes } from '../words/words';
import { MoveDialog } from './MoveDialog';

const CARD: Place = { id: 'card', name: 'SD card', isConnected: true, freeBytes: 31e9 };
const DISK: Place = { id: 'disk', name: 'Disk', isConnected: true, freeBytes: undefined };
const AWAY: Place = { id: 'away', name: 'Old card', isConnected: false, freeBytes: undefined };

async function open(places: readonly Place[], at = '') {
  const move = jest.fn<(to: string) => void>();
  const listPlaces = () => Promise.resolve(places);
  render(
    <PaperProvider settings={{ icon: () => null }}>
      <MoveDialog config={Qwen3_0_6B} {...{ at, listPlaces, move }} onClose={jest.fn()} />
    </PaperProvider>,
  );
  await act(() => Promise.resolve());
  return move;
}

async function press(role: 'button' | 'radio', name: string): Promise<void> {
  await act(async () => {
    fireEvent.press(screen.getByRole(role, { name }));
    return Promise.resolve();
  });
}

it('offers the connected drives with their free space, and moves to the chosen one', async () => {
  const move = await open([CARD, DISK, AWAY]);
  expect(screen.getAllByRole('radio')).toHaveLength(2);
  expect(screen.getByRole('radio', { name: `SD card, ${formatBytes(31e9)} free` })).toBeChecked();
  await press('radio', 'Disk');
  await press('button', 'Move');
  expect(move).toHaveBeenCalledWith('disk');
});

it('offers the device itself for a model that lies elsewhere, and not where it is', async () => {
  const move = await open([CARD], 'card');
  expect(screen.getAllByRole('radio')).toHaveLength(1);
  await press('button', 'Move');
  expect(move).toHaveBeenCalledWith('');
});

it('says that no drive is connected, and moves nothing', async () => {
  const move = await open([AWAY]);
  expect(screen.getByText(/No other drive is connected/)).toBeOnTheScreen();
  await press('button', 'Move');
  expect(move).not.toHaveBeenCalled();
});
