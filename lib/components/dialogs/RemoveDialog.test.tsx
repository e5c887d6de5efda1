import { describe, expect, it, jest } from '@jest/globals';
import { act, fireEvent, render, screen } from '@testing-library/react-native';
import { PaperProvider } from 'react-native-paper';
import { Qwen3_0_6B, Qwen3_1_7B, TinyDemo } from '../../ai/modelConfig';
import type { LlmModelConfig } from '../../ai/modelConfig';
import { ModelError } from '../../errors';
import { RemoveDialog } from './RemoveDialog';

function open(
  remove: (config: LlmModelConfig, next: LlmModelConfig | undefined) => Promise<void>,
  followers?: readonly LlmModelConfig[],
) {
  const onClose = jest.fn();
  render(
    <PaperProvider settings={{ icon: () => null }}>
      <RemoveDialog
        config={Qwen3_0_6B}
        sizeBytes={639_446_688}
        followers={followers}
        remove={remove}
        onClose={onClose}
      />
    </PaperProvider>,
  );
  return onClose;
}

async function press(name: string): Promise<void> {
  await act(async () => {
    fireEvent.press(screen.getByRole('button', { name }));
    return Promise.resolve();
  });
}

describe('the question before a model goes', () => {
  it('says what it frees', () => {
    open(() => Promise.resolve());
    expect(screen.getByText('Remove Qwen 3 0.6B?')).toBeOnTheScreen();
    expect(screen.getByText(/This frees 639 MB\./)).toBeOnTheScreen();
  });

  it('says of the selected model what follows', async () => {
    const remove = jest.fn(() => Promise.resolve());
    open(remove, [TinyDemo]);
    expect(screen.getByText(/Tiny demo is selected in its place\.$/)).toBeOnTheScreen();
    expect(screen.queryByRole('radio')).toBeNull();
    await press('Remove');
    expect(remove).toHaveBeenCalledWith(Qwen3_0_6B, undefined);
    screen.unmount();
    open(remove, []);
    expect(screen.getByText(/the only one on this device/)).toBeOnTheScreen();
    screen.unmount();
    open(remove);
    expect(screen.queryByText(/selected model/)).toBeNull();
  });

  it('lets a person choose which of several models is selected in its place', async () => {
    const remove = jest.fn(() => Promise.resolve());
    open(remove, [TinyDemo, Qwen3_1_7B]);
    expect(screen.getByRole('radio', { name: 'Tiny demo' })).toBeChecked();
    fireEvent.press(screen.getByRole('radio', { name: 'Qwen 3 1.7B' }));
    expect(screen.getByRole('radio', { name: 'Qwen 3 1.7B' })).toBeChecked();
    await press('Remove');
    expect(remove).toHaveBeenCalledWith(Qwen3_0_6B, Qwen3_1_7B);
  });

  it('removes nothing when the answer is no', async () => {
    const remove = jest.fn(() => Promise.resolve());
    const onClose = open(remove);
    await press('Keep');
    expect(remove).not.toHaveBeenCalled();
    expect(onClose).toHaveBeenCalledWith(false);
  });

  it('closes once the model is gone, and not before', async () => {
    let finish = () => {};
    const onClose = open(() => new Promise<void>((resolve) => (finish = resolve)));
    await press('Remove');
    expect(onClose).not.toHaveBeenCalled();
    expect(screen.getByRole('button', { name: 'Remove' })).toBeDisabled();
    await act(async () => {
      finish();
      return Promise.resolve();
    });
    expect(onClose).toHaveBeenCalledWith(true);
  });

  it('stays and says why when the model can not be removed', async () => {
    const onClose = open(() =>
      Promise.reject(new ModelError('STORAGE_BUSY', { path: 'qwen/model.gguf' })),
    );
    await press('Remove');
    expect(screen.getByText('Something else is using it')).toBeOnTheScreen();
    expect(screen.getByText(/^The model is still here\./)).toBeOnTheScreen();
    expect(onClose).not.toHaveBeenCalled();
  });
});
