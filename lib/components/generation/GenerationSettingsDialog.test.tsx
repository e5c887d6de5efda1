import { describe, expect, it, jest } from '@jest/globals';
import { act, fireEvent, render, screen } from '@testing-library/react-native';
import { PaperProvider } from 'react-native-paper';
import { createTestLlm } from '../../../tests/llmFixture';
import { LLMProvider } from '../../ai/LLMProvider';
import { Llama32_1B_Instruct, Qwen3_0_6B } from '../../ai/modelConfig';
import type { LlmModelConfig } from '../../ai/modelConfig';
import type { ModelManager } from '../../ai/modelManager';
import { ModelProvider } from '../../ai/ModelProvider';
import type { ModelSelection } from '../../ai/engine/modelSelection';
import type { ManagerSnapshot } from '../../ai/modelState';
import type { Host } from '../../platform/types';
import { GenerationSettingsDialog } from './GenerationSettingsDialog';

const GB = 1_000_000_000;
const SNAPSHOT: ManagerSnapshot = {
  ...{
    started: true,
    states: {},
    kept: [],
    homes: {},
    moves: {},
    persistent: undefined,
    rateLimit: undefined,
    wifiOnly: false,
  },
  storage: { usedBytes: 0, freeBytes: undefined },
};
const resolved = () => Promise.resolve();
const unsubscribed = () => () => {};
const manager: ModelManager = {
  ...{ start: resolved, close: resolved, cancelDownload: resolved, deleteModel: resolved },
  ...{
    verifyModel: resolved,
    setRateLimit: resolved,
    setWifiOnly: resolved,
    pauseDownload: () => {},
  },
  previewDownload: () => Promise.reject(new Error('nothing is downloaded here')),
  runtimeOf: () => 'llama.cpp',
  buildChoiceOf: () => ({
    runtime: 'llama.cpp',
    reason: 'only',
    others: [],
    preferred: 'llama.cpp',
  }),
  ensureModelPresent: () => Promise.resolve({ ptePath: '' }),
  repairModel: () => Promise.resolve({ ptePath: '' }),
  adoptFiles: () => Promise.resolve({ ptePath: '' }),
  adoptFolder: () => Promise.resolve({ ptePath: '' }),
  installImported: () => Promise.resolve({ ptePath: '' }),
  freeBytes: () => Promise.resolve(undefined),
  makeRoom: resolved,
  refreshStorage: resolved,
  findRemoved: () => Promise.resolve(undefined),
  bringBack: resolved,
  look: () => Promise.resolve({ kind: 'absent' }),
  ...{ moveModel: resolved, cancelMove: resolved, forgetCopy: resolved },
  versions: {
    find: () => Promise.resolve({ installed: undefined, waiting: undefined, earlier: undefined }),
    bring: () => Promise.reject(new Error('nothing is downloaded here')),
    takeOver: () => Promise.resolve(),
    goBack: () => Promise.resolve(),
    discard: () => Promise.resolve(),
    stop: () => {},
  },
  getModelSize: () => Promise.resolve(0),
  getSnapshot: () => SNAPSHOT,
  subscribe: unsubscribed,
};
const selection: ModelSelection = {
  ...{
    start: resolved,
    select: resolved,
    deleteModel: resolved,
    bringBack: resolved,
    close: () => {},
  },
  getSelectedModelId: () => Llama32_1B_Instruct.modelId,
  subscribe: unsubscribed,
};
const host: Host = {
  ...{ kind: 'memory', runtimes: ['llama.cpp'], maxModelBytes: undefined, storageName: 'memory' },
  ...{ bootId: undefined, deviceName: 'memory', subscribe: unsubscribed },
  ...{ lastWords: undefined, keepLastWords: () => {} },
  requestPersistence: () => Promise.resolve(true),
  memory: () => Promise.resolve({ totalBytes: undefined, availableBytes: undefined }),
};

async function show(config: LlmModelConfig, { honoursTopP = true } = {}) {
  const engine = {
    ...{ engineName: 'fake', engineVersion: '1', honoursTopP },
    load: () => Promise.reject(new Error('not in this test')),
  };
  const llm = await createTestLlm({ engine, totalBytes: 4 * GB, weightsBytesOf: () => GB / 2 });
  const models = [Llama32_1B_Instruct, Qwen3_0_6B];
  const onClose = jest.fn();
  render(
    <PaperProvider settings={{ icon: () => null }}>
      <ModelProvider services={{ host, models, catalogProblems: [], manager, selection }}>
        <LLMProvider services={llm}>
          <GenerationSettingsDialog config={config} onClose={onClose} />
        </LLMProvider>
      </ModelProvider>
    </PaperProvider>,
  );
  return { choices: llm.choices, onClose };
}

const press = async (name: string) => {
  await act(async () => {
    fireEvent.press(screen.getByRole('button', { name }));
    return Promise.resolve();
  });
};
const write = (label: string, text: string) => {
  fireEvent.changeText(screen.getByLabelText(label), text);
};

describe('the settings of a model', () => {
  it('begin with what is recommended', async () => {
    await show(Llama32_1B_Instruct);
    expect(screen.getByText('As the makers of the model recommend.')).toBeOnTheScreen();
    expect(screen.queryByLabelText('Temperature')).toBeNull();
    await press('Advanced');
    expect(screen.getByLabelText('Temperature')).toHaveDisplayValue('0.6');
    expect(screen.getByLabelText('Choice of words (top-p)')).toHaveDisplayValue('0.9');
    expect(screen.queryByLabelText('Think first')).toBeNull();
  });

  it('leave out top-p where the engine takes no notice of it', async () => {
    await show(Llama32_1B_Instruct, { honoursTopP: false });
    await press('Advanced');
    expect(screen.getByLabelText('Temperature')).toBeOnTheScreen();
    expect(screen.queryByLabelText('Choice of words (top-p)')).toBeNull();
  });

  it('take a style for the numbers of an answer', async () => {
    const { choices } = await show(Llama32_1B_Instruct);
    await press('Precise');
    expect(screen.getByText(/^Keeps to the likeliest words/)).toBeOnTheScreen();
    await press('Save');
    expect(choices.choiceOf(Llama32_1B_Instruct)).toEqual({ temperature: 0.24, topP: 0.8 });
  });

  it('let a model think that can', async () => {
    const { choices, onClose } = await show(Qwen3_0_6B);
    fireEvent(screen.getByLabelText('Think first'), 'valueChange', true);
    await press('Save');
    expect(choices.choiceOf(Qwen3_0_6B)).toEqual({ thinking: true });
    expect(onClose).toHaveBeenCalledWith(true);
  });

  it('write prompts in another format where a person says so', async () => {
    const { choices } = await show(Qwen3_0_6B);
    await press('Advanced');
    await press('Prompt format: the model’s own');
    await press('Gemma');
    await press('Save');
    expect(choices.choiceOf(Qwen3_0_6B)).toEqual({ promptFormat: 'gemma' });
    expect(choices.settingsOf(Qwen3_0_6B).promptFormat).toBe('gemma');
  });

  it('save nothing while something is wrong, and say what', async () => {
    const { choices, onClose } = await show(Llama32_1B_Instruct);
    await press('Advanced');
    write('Temperature', '9');
    await press('Advanced');
    expect(screen.queryByLabelText('Temperature')).toBeNull();
    expect(screen.queryByText(/has to be/)).toBeNull();
    await press('Save');
    expect(screen.getByText('This has to be a number from 0 to 2.')).toBeOnTheScreen();
    expect(choices.choiceOf(Llama32_1B_Instruct)).toEqual({});
    expect(onClose).not.toHaveBeenCalled();
  });

  it('show what a context costs while it is being written', async () => {
    await show(Llama32_1B_Instruct);
    await press('Advanced');
    write('Context length, in tokens', '1024');
    expect(screen.getByText('Fits: needs about 743 MB of memory')).toBeOnTheScreen();
    write('Context length, in tokens', '131072');
    expect(
      screen.getByText('Probably too large for this device: needs about 5.0 GB of memory'),
    ).toBeOnTheScreen();
    write('Context length, in tokens', 'many');
    expect(screen.queryByText(/of memory/)).toBeNull();
  });

  it('go back to what is recommended', async () => {
    const { choices } = await show(Llama32_1B_Instruct);
    await press('Advanced');
    write('Temperature', '1.5');
    expect(screen.getByText('Your own numbers, under “Advanced”.')).toBeOnTheScreen();
    write('Instructions for every chat', 'Be short.');
    await press('Recommended');
    expect(screen.getByLabelText('Temperature')).toHaveDisplayValue('0.6');
    await press('Save');
    expect(choices.choiceOf(Llama32_1B_Instruct)).toEqual({});
  });
});
