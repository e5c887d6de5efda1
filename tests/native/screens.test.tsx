import { afterAll, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { act, configure, fireEvent, screen, waitFor, within } from '@testing-library/react-native';
import { DeviceEventEmitter, StyleSheet } from 'react-native';
import type { ViewStyle } from 'react-native';
import { DEFAULT_MODEL } from '../../lib/ai/modelConfig';
import { startHub } from '../hub/server';
import type { Hub } from '../hub/server';
import { endAllTransfers } from './fakes/backgroundDownloader';
import { runtime } from './fakes/executorch';
import { forgetDatabases } from './fakes/expoSqlite';
import { phone } from './fakes/phone';
import { PHONE_METRICS } from './phoneMetrics';
import { speakingPhoneModels } from './speakingPhoneModels';
import { startApp } from './startApp';

const MODEL = DEFAULT_MODEL.displayName;
const ALSO_BELOW = { includeHiddenElements: true };

// The first start waits for Jest, which compiles the app.
jest.setTimeout(90_000);
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
  runtime.loads = 0;
});
afterAll(async () => {
  phone.dispose();
  await hub.close();
});

/** In the bar at the top, which comes first. */
const follow = (name: string) => {
  const [first] = screen.getAllByRole('link', { name });
  if (first) fireEvent.press(first);
};

async function openModels(): Promise<void> {
  follow('AI Models');
  await screen.findByLabelText(MODEL);
}

async function openSettings(): Promise<void> {
  follow('Settings');
  await screen.findByRole('button', { name: 'Wi-Fi only' });
}

/** The one that is selected from the beginning; nothing else tries it. */
async function installModel(): Promise<void> {
  startApp();
  await screen.findByText('Choose a model');
  await openSettings();
  fireEvent(screen.getByLabelText(/^Try each model/), 'valueChange', false);
  await openModels();
  const card = within(screen.getByLabelText(MODEL));
  fireEvent.press(await card.findByRole('button', { name: 'Download' }));
  await card.findByRole('button', { name: 'Chat' });
  await screen.findByText(`${MODEL} is installed`);
}

/** What the views around one leave below it, in points. */
function roomBelow({ parent, props, type }: ReturnType<typeof screen.getByText>): number {
  const { style = {} } = props as { style?: ViewStyle };
  const { paddingBottom = 0 } = StyleSheet.flatten(style);
  const own = typeof type === 'string' ? Number(paddingBottom) : 0;
  return own + (parent === null ? 0 : roomBelow(parent));
}

/** Over the lower half of the screen, the bar at its bottom included. */
const tellKeyboard = (name: 'keyboardDidShow' | 'keyboardDidHide') => {
  const endCoordinates = { screenX: 0, screenY: 340, width: 360, height: 300 };
  act(() => DeviceEventEmitter.emit(name, { duration: 0, easing: 'keyboard', endCoordinates }));
};

it('keeps a screen below the one that was opened from it, and goes back to it where a link leads there', async () => {
  startApp();
  await screen.findByText('Choose a model');
  await openModels();
  for (const round of ['once', 'again']) {
    await openSettings();
    await openModels();
    const models = screen.getAllByLabelText(MODEL, ALSO_BELOW).length;
    const settings = screen.queryAllByText('Wi-Fi only', ALSO_BELOW).length;
    expect({ round, models, settings }).toEqual({ round, models: 1, settings: 0 });
  }
  expect(screen.getByText('Choose a model', ALSO_BELOW)).toBeOnTheScreen();
  expect(screen.queryByText('Choose a model')).toBeNull();
});

it('loads no model for a chat that lies below another screen, and loads it when that is seen', async () => {
  await installModel();
  expect(runtime.loads).toBe(0);
  follow('Chat');
  await screen.findByLabelText('Message');
  await waitFor(() => expect(runtime.loads).toBe(1));
});

it('leaves no room for the bar at the bottom above the keyboard, which lies over it', async () => {
  await installModel();
  follow('Chat');
  const field = await screen.findByLabelText('Message');
  const before = roomBelow(field);
  tellKeyboard('keyboardDidShow');
  expect(before - roomBelow(field)).toBe(PHONE_METRICS.insets.bottom);
  tellKeyboard('keyboardDidHide');
  expect(roomBelow(field)).toBe(before);
});
