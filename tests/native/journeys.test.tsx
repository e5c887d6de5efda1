import { readdirSync } from 'node:fs';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  jest,
} from '@jest/globals';
import { act, configure, fireEvent, screen, within } from '@testing-library/react-native';
import { notificationAsync, selectionAsync } from 'expo-haptics';
import { useKeepAwake } from 'expo-keep-awake';
import {
  AccessibilityInfo,
  DeviceEventEmitter,
  Modal,
  PermissionsAndroid,
  Platform,
} from 'react-native';
import { DEMO_SENTENCE } from '../../scripts/demoModel/tinyDemo';
import { choose } from '../cardFixture';
import { startHub } from '../hub/server';
import type { Hub } from '../hub/server';
import { endAllTransfers, transferIds, untilTransfersEnd } from './fakes/backgroundDownloader';
import { forgetDatabases } from './fakes/expoSqlite';
import { phone } from './fakes/phone';
import { tellApp } from './fakes/reactNative';
import { PHONE_METRICS } from './phoneMetrics';
import { ANSWER, speakingPhoneModels } from './speakingPhoneModels';
import { startApp } from './startApp';
import { expectNothingTwice, transfersOfWeights } from './weightsTransfers';

jest.mock('expo-haptics', () => ({
  NotificationFeedbackType: { Success: 'success' },
  notificationAsync: jest.fn(() => Promise.resolve()),
  selectionAsync: jest.fn(() => Promise.resolve()),
}));
jest.mock('expo-keep-awake', () => ({ useKeepAwake: jest.fn() }));

const MODEL = 'Qwen 3 0.6B';
const HALF = 150_000;
const isIos = Platform.OS === 'ios';
const askForPermission = jest.spyOn(PermissionsAndroid, 'request').mockResolvedValue('denied');
const announce = jest.spyOn(AccessibilityInfo, 'announceForAccessibility');

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
  hub.reset();
  jest.clearAllMocks();
});
afterEach(() => {
  hub.release();
});
afterAll(async () => {
  phone.dispose();
  await hub.close();
});

const card = (model = MODEL) => within(screen.getByLabelText(model));
/** As soon as the button takes presses: not in the moment after it has appeared. */
const press = async (name: string, where: Pick<typeof screen, 'findByRole'> = screen) => {
  fireEvent.press(await where.findByRole('button', { name, busy: false }));
};
/** In the dialog, which lies over the rest. */
const pressInDialog = (name: string) => {
  const [last] = screen.getAllByRole('button', { name }).slice(-1);
  if (last) fireEvent.press(last);
};
/** In the bar at the top, which comes first. */
const follow = (name: string) => {
  const [first] = screen.getAllByRole('link', { name });
  if (first) fireEvent.press(first);
};

/** While something else than the screen is waited for, the screen goes on. */
const meanwhile = (work: Promise<unknown>) =>
  act(async () => {
    await work;
  });

async function openModels(): Promise<void> {
  follow('AI Models');
  await screen.findByLabelText(MODEL);
  await screen.findAllByRole('button', { name: /^More actions for / });
}

async function startAtModels() {
  const app = startApp();
  await screen.findByText('Choose a model');
  await openModels();
  return app;
}

/** The hub falls silent in the middle of the weights. */
async function downloadHalf(): Promise<void> {
  const half = { match: /\.pte$/, origin: 'cdn', skip: 1, fault: { stallAfter: HALF } } as const;
  hub.faults.push({ ...half, times: 1 });
  await press('Download', card());
  await meanwhile(hub.until(({ state }) => state === 'stalled'));
  await card().findByText(/^\d+ kB of \d+ kB/);
}

/** The first model is selected by itself. */
const untilInstalled = (model = MODEL) =>
  card(model).findByRole('button', { name: /^(Select|Chat)$/ });

async function install(): Promise<void> {
  await press('Download', card());
  await untilInstalled();
}

async function select(model = MODEL): Promise<void> {
  const [choose] = card(model).queryAllByRole('button', { name: 'Select' });
  if (choose) await press('Select', card(model));
  await screen.findByText('SELECTED');
}

async function ask(question: string, answer = ANSWER): Promise<void> {
  fireEvent.changeText(await screen.findByLabelText('Message'), question);
  await press('Send');
  expect(await screen.findByText(answer)).toBeOnTheScreen();
}

describe('a person', () => {
  it('downloads a model, keeps it, removes it, brings it again, selects it and talks to it', async () => {
    await startAtModels();
    await install();
    await choose('Remove', card());
    await press('Keep');
    expect(card().getByText(/on this device$/)).toBeOnTheScreen();
    await choose('Remove', card());
    pressInDialog('Remove');
    await card().findByRole('button', { name: 'Download' });
    await install();
    await select();
    await press('Chat', card());
    await ask('Where are you?');
  });

  it('says hello to the model that comes with the app, without a network', async () => {
    phone.network = 'NONE';
    await startAtModels();
    const demo = () => card('Tiny demo');
    expect(demo().getByText('Comes with the app: no network needed')).toBeOnTheScreen();
    await press('Download', demo());
    await untilInstalled('Tiny demo');
    await select('Tiny demo');
    await press('Chat', demo());
    await ask('Who are you?', DEMO_SENTENCE);
    expect(hub.log).toEqual([]);
  });

  it('pauses a download with its bytes, and goes on', async () => {
    await startAtModels();
    await downloadHalf();
    await press('Pause', card());
    await card().findByText(/^Paused since /);
    hub.release();
    await press('Resume', card());
    await untilInstalled();
  });

  it('looks at another app for a while, and comes back to a model that is there', async () => {
    await startAtModels();
    await downloadHalf();
    act(() => tellApp('change', 'background'));
    hub.release();
    await meanwhile(untilTransfersEnd());
    act(() => tellApp('change', 'active'));
    await untilInstalled();
    expect(transfersOfWeights(hub)).toHaveLength(1);
  });

  it('keeps downloads to Wi-Fi, sees one wait for it, and finds that choice again', async () => {
    const app = await startAtModels();
    follow('Settings');
    await press('Wi-Fi only');
    await screen.findByText(/On mobile data a download waits/);
    act(() => phone.changeNetwork('CELLULAR'));
    await openModels();
    await press('Download', card());
    await card().findByText('Waiting for Wi-Fi');
    expect(transfersOfWeights(hub)).toHaveLength(0);
    act(() => phone.changeNetwork('WIFI'));
    await untilInstalled();
    app.kill();
    startApp();
    await screen.findByLabelText('Message');
    follow('Settings');
    expect(await screen.findByText(/On mobile data a download waits/)).toBeOnTheScreen();
  });
});

describe('an app that is killed in the middle of a download', () => {
  it('finds the transfer of the system at the next start, and shows it to its end', async () => {
    const app = await startAtModels();
    await downloadHalf();
    app.kill();
    expect(transferIds()).toHaveLength(1);
    await startAtModels();
    await card().findByText(/^\d+ kB of \d+ kB/);
    hub.release();
    await untilInstalled();
    expectNothingTwice(hub, HALF);
  });

  it('installs what arrived while it was dead, without asking for it itself', async () => {
    const app = await startAtModels();
    await downloadHalf();
    app.kill();
    // Android's ran again, on a connection of its own.
    if (isIos) hub.release();
    await meanwhile(untilTransfersEnd());
    await startAtModels();
    await untilInstalled();
    expectNothingTwice(hub, HALF);
  });

  it('has its choice and its models again', async () => {
    const app = await startAtModels();
    await install();
    await select();
    app.kill();
    startApp();
    await ask('Still there?');
  });
});

// Only iOS moves the container of an app with every update.
if (isIos) {
  describe('an app whose container moved with an update', () => {
    it('has its choice and its models again', async () => {
      const app = await startAtModels();
      await install();
      await select();
      app.kill();
      phone.updateApp();
      startApp();
      await ask('Still there?');
    });

    it('takes in a transfer that was begun before', async () => {
      const app = await startAtModels();
      await downloadHalf();
      app.kill();
      phone.updateApp();
      hub.release();
      await untilTransfersEnd();
      await startAtModels();
      await untilInstalled();
    });
  });
}

describe('the phone', () => {
  it('stays awake while a model downloads, and can be felt when it is there, selected and gone', async () => {
    await startAtModels();
    expect(useKeepAwake).not.toHaveBeenCalled();
    await downloadHalf();
    expect(useKeepAwake).toHaveBeenCalled();
    expect(notificationAsync).not.toHaveBeenCalled();
    hub.release();
    await untilInstalled();
    expect(notificationAsync).toHaveBeenCalledTimes(1);
    await choose('Remove', card());
    pressInDialog('Remove');
    await card().findByRole('button', { name: 'Download' });
    expect(notificationAsync).toHaveBeenCalledTimes(2);
    await install();
    await select();
    expect(selectionAsync).toHaveBeenCalled();
  });

  it('asks for notifications on Android, with the first download, and says aloud on iOS what is done', async () => {
    await startAtModels();
    expect(askForPermission).not.toHaveBeenCalled();
    await install();
    expect(askForPermission.mock.calls).toEqual(
      isIos ? [] : [['android.permission.POST_NOTIFICATIONS']],
    );
    const told = `${MODEL} is installed`;
    await screen.findByText(told);
    expect(announce.mock.calls.flat().includes(told)).toBe(isIos);
  });

  it('closes a dialog with Android’s back, and then goes back a screen', async () => {
    await startAtModels();
    await choose('Details', card());
    expect(screen.getByText('Files')).toBeOnTheScreen();
    fireEvent(screen.UNSAFE_getByType(Modal), 'requestClose');
    expect(screen.queryByText('Files')).toBeNull();
    if (isIos) return;
    act(() => DeviceEventEmitter.emit('hardwareBackPress'));
    expect(await screen.findByText('Choose a model')).toBeOnTheScreen();
  });

  it('makes a line of Enter, and sends nothing', async () => {
    await startAtModels();
    await install();
    await select();
    await press('Chat', card());
    const field = await screen.findByLabelText('Message');
    fireEvent.changeText(field, 'One');
    fireEvent(field, 'keyPress', { nativeEvent: { key: 'Enter' } });
    fireEvent.changeText(field, 'One\nTwo');
    expect(screen.getByDisplayValue('One\nTwo')).toBeOnTheScreen();
    expect(screen.queryByText(ANSWER)).toBeNull();
  });
});

const routes = readdirSync('app', { recursive: true, encoding: 'utf8' })
  .filter((path) => /^(?!.*(_layout|\+not-found|\[)).*\.tsx$/.test(path))
  .map((path) => `/${path.replace(/(index)?\.tsx$/, '').replace(/\/$/, '')}`);

describe.each(routes)('the screen %s', (route) => {
  it('has a heading, between the camera and the bar at the bottom', async () => {
    startApp(route);
    expect((await screen.findAllByRole('heading')).length).toBeGreaterThan(0);
    const bar = screen
      .UNSAFE_getAllByProps({ role: 'banner' })
      .find(({ type }) => typeof type === 'string');
    expect(bar).toHaveStyle({ paddingTop: PHONE_METRICS.insets.top });
  });
});
