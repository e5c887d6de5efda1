import { expect, it } from '@jest/globals';
import { fireEvent, screen } from '@testing-library/react-native';
import { openMenu, showCard } from '../../../tests/cardFixture';
import { INSTALLED } from '../../../tests/providersFixture';

it('says of a model whose drive is away which one it is, and offers to look again and to give it up', async () => {
  const pressed = showCard({ kind: 'disconnected', place: 'SD card' });
  expect(screen.getAllByText('Not connected').length).toBeGreaterThan(0);
  expect(screen.getByText(/lies on “SD card”, which isn’t connected/)).toBeOnTheScreen();
  expect(screen.queryByRole('button', { name: /^Download/ })).toBeNull();
  fireEvent.press(screen.getByRole('button', { name: 'Look again for Qwen 3 0.6B' }));
  expect(pressed.look).toHaveBeenCalledTimes(1);
  await openMenu();
  fireEvent.press(screen.getByRole('menuitem', { name: /Give (these|up the) files/ }));
  expect(pressed.giveUp).toHaveBeenCalledTimes(1);
});

it('shows a move with its progress, and a model on another drive as that', () => {
  const moving = { to: 'card', doneBytes: 450, totalBytes: 1000 };
  const { rerender } = showCard(INSTALLED, { moving });
  expect(screen.getByText('Moving to another drive · 45%')).toBeOnTheScreen();
  expect(screen.getByRole('progressbar', { name: 'Moving Qwen 3 0.6B' })).toBeOnTheScreen();
  expect(screen.getByRole('button', { name: 'Cancel the move of Qwen 3 0.6B' })).toBeOnTheScreen();
  rerender({ moving: undefined, isElsewhere: true });
  expect(screen.getByText('1 B on another drive')).toBeOnTheScreen();
  expect(screen.queryByRole('progressbar')).toBeNull();
});
