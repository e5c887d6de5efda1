import { expect, it } from '@jest/globals';
import { act, render, screen } from '@testing-library/react-native';
import { PaperProvider } from 'react-native-paper';
import { begin } from '../../../tests/providersFixture';
import { Llama32_1B_Instruct, Llama32_3B_Instruct } from '../../ai/modelConfig';
import type { LlmModelConfig } from '../../ai/modelConfig';
import type { ModelState } from '../../ai/modelState';
import { Notices } from './Notices';

const half = { receivedBytes: 1, totalBytes: 2 };
const WAITING: ModelState = { kind: 'waiting', reason: 'preparing', ...half };
const PAUSED: ModelState = { kind: 'paused', ...half };
const NAME = Llama32_1B_Instruct.displayName;

async function show() {
  const { put, wrapper: Providers } = await begin();
  render(
    <PaperProvider settings={{ icon: () => null }}>
      <Providers>
        <Notices />
      </Providers>
    </PaperProvider>,
  );
  const become = (config: LlmModelConfig, state: ModelState) => act(() => put(config, state));
  become(Llama32_1B_Instruct, WAITING);
  become(Llama32_3B_Instruct, WAITING);
  return become;
}

it('a notice about a model is over once the model goes on', async () => {
  const become = await show();
  become(Llama32_1B_Instruct, PAUSED);
  expect(screen.getByText(`${NAME} is paused at 50%`)).toBeOnTheScreen();
  become(Llama32_1B_Instruct, WAITING);
  expect(screen.queryByText(/is paused/)).toBeNull();
});

it('a notice about a model stays while another one goes on', async () => {
  const become = await show();
  become(Llama32_3B_Instruct, PAUSED);
  become(Llama32_1B_Instruct, PAUSED);
  become(Llama32_3B_Instruct, WAITING);
  expect(screen.getByText(`${NAME} is paused at 50%`)).toBeOnTheScreen();
});
