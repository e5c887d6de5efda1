/** A model that there is as GGUF alone, on a phone that has both engines. */
import { afterAll, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { configure, fireEvent, screen, within } from '@testing-library/react-native';
import { readFileSync } from 'node:fs';
import { Qwen3_0_6B } from '../../lib/ai/modelConfig';
import { bytesContent } from '../hub/content';
import { commitFor } from '../hub/repos';
import { startHub } from '../hub/server';
import type { Hub } from '../hub/server';
import { endAllTransfers } from './fakes/backgroundDownloader';
import { forgetDatabases } from './fakes/expoSqlite';
import { script } from './fakes/llamaRn';
import { phone } from './fakes/phone';
import { startApp } from './startApp';

const ANSWER = 'I am a GGUF on this phone.';
const REPO = 'tests/gguf';
const FILE = 'model.gguf';
const before = { ...Qwen3_0_6B };

jest.setTimeout(90_000);
configure({ asyncUtilTimeout: 30_000 });

let hub: Hub;
beforeAll(async () => {
  const content = bytesContent(readFileSync('assets/bundled/tiny-demo.gguf'));
  const commit = commitFor(REPO);
  hub = await startHub({
    repos: [{ name: REPO, commit, files: { [FILE]: { content, lfs: true } } }],
  });
  process.env['EXPO_PUBLIC_HF_ENDPOINT'] = hub.endpoint;
  Object.assign(Qwen3_0_6B, {
    pteSource: { kind: 'unavailable', reason: 'Not for this runtime.' },
    ggufFileName: FILE,
    ggufSource: {
      kind: 'remote',
      url: `https://huggingface.co/${REPO}/resolve/${commit}/${FILE}`,
      sizeBytes: content.sizeBytes,
      sha256: content.digest('sha256'),
    },
  });
  script.says = ANSWER;
});
beforeEach(() => {
  endAllTransfers();
  forgetDatabases();
  phone.reset();
});
afterAll(async () => {
  Object.assign(Qwen3_0_6B, before);
  script.says = undefined;
  phone.dispose();
  await hub.close();
});

const card = () => within(screen.getByLabelText(Qwen3_0_6B.displayName));

async function openModels(): Promise<void> {
  const [link] = screen.getAllByRole('link', { name: 'AI Models' });
  if (link) fireEvent.press(link);
  await screen.findByLabelText(Qwen3_0_6B.displayName);
}

it('is downloaded, says what runs it, answers, and is still there after the app was ended', async () => {
  const app = startApp();
  await screen.findByText('Choose a model');
  await openModels();
  expect(card().getByText(Qwen3_0_6B.ggufQuantization)).toBeOnTheScreen();
  fireEvent.press(card().getByRole('button', { name: 'Download' }));
  fireEvent.press(await card().findByRole('button', { name: 'Select' }));
  await screen.findByText('SELECTED');
  fireEvent.press(card().getByRole('button', { name: 'Details' }));
  expect(await screen.findByText('llama.cpp (GGUF)')).toBeOnTheScreen();
  fireEvent.press(screen.getByRole('button', { name: 'Close' }));
  fireEvent.press(card().getByRole('button', { name: 'Chat' }));
  fireEvent.changeText(await screen.findByLabelText('Message'), 'What are you?');
  fireEvent.press(screen.getByRole('button', { name: 'Send' }));
  expect(await screen.findByText(ANSWER)).toBeOnTheScreen();
  app.kill();
  startApp();
  await screen.findByLabelText('Message');
  await openModels();
  expect(await screen.findByText('SELECTED')).toBeOnTheScreen();
});
