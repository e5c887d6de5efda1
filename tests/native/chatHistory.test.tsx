import { afterAll, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { configure, fireEvent, screen, waitFor, within } from '@testing-library/react-native';
import { Share } from 'react-native';
import { startHub } from '../hub/server';
import type { Hub } from '../hub/server';
import { endAllTransfers } from './fakes/backgroundDownloader';
import { forgetDatabases } from './fakes/expoSqlite';
import { phone } from './fakes/phone';
import { ANSWER, speakingPhoneModels } from './speakingPhoneModels';
import { startApp } from './startApp';

const [FIRST, SECOND] = ['Qwen 3 0.6B', 'Qwen 3 1.7B'];
const share = jest.spyOn(Share, 'share').mockResolvedValue({ action: 'sharedAction' });

// The first start waits for Jest, which compiles the app.
jest.setTimeout(180_000);
configure({ asyncUtilTimeout: 30_000 });

let hub: Hub;
beforeAll(async () => {
  hub = await startHub({ repos: speakingPhoneModels() });
  process.env['EXPO_PUBLIC_HF_ENDPOINT'] = hub.endpoint;
});
beforeEach(() => {
  endAllTransfers();
  forgetDatabases();
  phone.reset();
  share.mockClear();
});
afterAll(async () => {
  phone.dispose();
  await hub.close();
});

const card = (model: string) => within(screen.getByLabelText(model));
/** As soon as the button takes presses. */
const press = async (name: string | RegExp, where: Pick<typeof screen, 'findByRole'> = screen) => {
  fireEvent.press(await where.findByRole('button', { name, busy: false }));
};
const follow = (name: string) => {
  const [first] = screen.getAllByRole('link', { name });
  if (first) fireEvent.press(first);
};

/** The first that is installed is selected by itself. */
async function startWith(...models: string[]): Promise<void> {
  startApp();
  await screen.findByText('Choose a model');
  follow('Settings');
  fireEvent(await screen.findByLabelText(/^Try each model/), 'valueChange', false);
  follow('AI Models');
  for (const model of models) {
    await screen.findByLabelText(model);
    await press('Download', card(model));
    await card(model).findByRole('button', { name: /^(Select|Chat)$/ });
  }
  follow('Chat');
}

async function ask(question: string): Promise<void> {
  fireEvent.changeText(await screen.findByLabelText('Message'), question);
  await press('Send');
  await screen.findByText(ANSWER);
}

it('lists the chats on a phone: renames, searches, shares, deletes, and brings back', async () => {
  await startWith(FIRST);
  await ask('Why does the sea rise?');
  await press('Chats');
  await screen.findByText('1 chat');

  await press(/^Rename Why does the sea rise\?/);
  const field = await screen.findByLabelText('Title of the chat');
  fireEvent.changeText(field, '  The   sea ');
  fireEvent(field, 'submitEditing');
  await screen.findByRole('button', { name: /^Rename The sea/ });

  fireEvent.changeText(screen.getByLabelText('Search'), 'PHONE');
  await screen.findByText('1 chat found');
  fireEvent.changeText(screen.getByLabelText('Search'), 'mountain');
  await screen.findByText('Nothing found');
  fireEvent.changeText(screen.getByLabelText('Search'), '');
  await screen.findByText('1 chat');

  await press(/^Export The sea/);
  await press('Share as Markdown');
  expect(share).toHaveBeenCalledTimes(1);
  const [{ title, message = '' } = {}] = (share.mock.calls[0] ?? []) as [
    { title?: string; message?: string }?,
  ];
  expect(title).toMatch(/^chat-.*-the-sea\.md$/);
  expect(message).toContain(`## You\n\nWhy does the sea rise?\n\n## ${FIRST}\n\n${ANSWER}`);
  await press('Close');

  await press(/^Delete The sea/);
  await screen.findByText('“The sea” was deleted.');
  await press('Undo: bring “The sea” back');
  await press(/^The sea/);
  expect(await screen.findByText('Why does the sea rise?')).toBeOnTheScreen();
});

it('compares two models on a phone, and keeps what they said as chats when asked to', async () => {
  await startWith(FIRST, SECOND);
  await screen.findByLabelText('Message');
  await press('Compare');
  await screen.findByText('Compare two models');
  fireEvent.changeText(screen.getByLabelText('Message'), 'Who are you?');
  await press('Send');
  await waitFor(() => expect(screen.getAllByText(ANSWER)).toHaveLength(2));
  await press('Keep as chats');
  await screen.findByText(/^Both are kept/);
  follow('Chat');
  await press('Chats');
  expect(await screen.findByText('2 chats')).toBeOnTheScreen();
});
