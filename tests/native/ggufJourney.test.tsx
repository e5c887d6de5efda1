/** A model that there is as GGUF alone, on a phone that has both engines. */
import { afterAll, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { configure, fireEvent, screen, within } from '@testing-library/react-native';
import { readFileSync } from 'node:fs';
import { Qwen3_0_6B, Qwen3_1_7B } from '../../lib/ai/modelConfig';
import { bytesContent } from '../hub/content';
import { commitFor } from '../hub/repos';
import { choose } from '../cardFixture';
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

const card = ({ displayName } = Qwen3_0_6B) => within(screen.getByLabelText(displayName));

async function openModels(): Promise<void> {
  const [link] = screen.getAllByRole('link', { name: 'AI Models' });
  if (link) fireEvent.press(link);
  await screen.findByLabelText(Qwen3_0_6B.displayName);
}

it('names no build on its card, where one that could be had as another names its own, with the reason in its details', async () => {
  startApp();
  await screen.findByText('Choose a model');
  await openModels();
  expect(card().queryByText('llama.cpp (GGUF)')).toBeNull();
  expect(card(Qwen3_1_7B).getByText('ExecuTorch')).toBeOnTheScreen();
  await choose('Details', card(Qwen3_1_7B));
  const why = 'ExecuTorch: this device prefers it; there is a build for llama.cpp (GGUF), too';
  expect(await screen.findByText(why)).toBeOnTheScreen();
});

it('is downloaded, says what runs it, answers, and is still there after the app was ended', async () => {
  const app = startApp();
  await screen.findByText('Choose a model');
  await openModels();
  fireEvent.press(card().getByRole('button', { name: 'Download' }));
  await screen.findByText('SELECTED');
  await choose('Details', card());
  const build = new RegExp(`\\(${Qwen3_0_6B.ggufQuantization}\\)$`);
  expect(await screen.findByText(build)).toBeOnTheScreen();
  const why = 'llama.cpp (GGUF): its only build that runs on this device';
  expect(await screen.findByText(why)).toBeOnTheScreen();
  fireEvent.press(screen.getByRole('button', { name: 'Close' }));
  fireEvent.press(await card().findByRole('button', { name: 'Chat', busy: false }));
  fireEvent.changeText(await screen.findByLabelText('Message'), 'What are you?');
  fireEvent.press(screen.getByRole('button', { name: 'Send' }));
  expect(await screen.findByText(ANSWER)).toBeOnTheScreen();
  app.kill();
  startApp();
  await screen.findByLabelText('Message');
  await openModels();
  expect(await screen.findByText('SELECTED')).toBeOnTheScreen();
});
