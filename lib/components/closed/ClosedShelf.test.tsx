import { expect, it } from '@jest/globals';
import { fireEvent, render, screen, within } from '@testing-library/react-native';
import { PaperProvider, Text } from 'react-native-paper';
import { GLM4_9B_Chat, Qwen3_0_6B } from '../../ai/modelConfig';
import type { LlmModelConfig } from '../../ai/modelConfig';
import { chooseBuild } from '../../ai/registry/buildChoice';
import { ClosedShelf } from './ClosedShelf';

const closed = (config: LlmModelConfig) => ({
  config,
  choice: chooseBuild(config, ['llama.cpp'], undefined),
});

function show(...models: LlmModelConfig[]): void {
  render(
    <PaperProvider settings={{ icon: () => null }}>
      <ClosedShelf models={models.map(closed)}>
        <Text>No storage here</Text>
      </ClosedShelf>
    </PaperProvider>,
  );
}

const WHY = 'Can’t be used here: the app has no place for its files.';

it('tells of each model its size and why it can’t be used, and offers nothing but to read on', () => {
  show(Qwen3_0_6B);
  expect(screen.getByText('No storage here')).toBeOnTheScreen();
  const card = within(screen.getByLabelText('Qwen 3 0.6B'));
  expect(card.getByText(Qwen3_0_6B.description)).toBeOnTheScreen();
  expect(card.getByText('639 MB to download')).toBeOnTheScreen();
  expect(card.getByText(WHY)).toBeOnTheScreen();
  const buttons = screen.getAllByRole('button');
  expect(buttons).toHaveLength(1);
  expect(buttons[0]).toHaveAccessibleName('Details of Qwen 3 0.6B');
});

it('keeps the own reason of a model that can be used nowhere', () => {
  show(GLM4_9B_Chat);
  expect(screen.queryByText(WHY)).toBeNull();
  expect(screen.getByText(/^Coming soon/)).toBeOnTheScreen();
});

it('shows everything that is stated of a model, and closes that again', () => {
  show(Qwen3_0_6B);
  fireEvent.press(screen.getByRole('button', { name: 'Details of Qwen 3 0.6B' }));
  expect(screen.getByText('Licence')).toBeOnTheScreen();
  expect(screen.getByText(/^SHA-256 [0-9a-f]{64}$/)).toBeOnTheScreen();
  expect(screen.queryByRole('button', { name: /download/i })).toBeNull();
  fireEvent.press(screen.getByRole('button', { name: 'Close' }));
  expect(screen.queryByText('Licence')).toBeNull();
});
