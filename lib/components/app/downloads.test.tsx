import { describe, expect, it, jest } from '@jest/globals';
import { act, render, screen } from '@testing-library/react-native';
import { PaperProvider } from 'react-native-paper';

import { begin, INSTALLED } from '../../../tests/providersFixture';
import { ALL_MODELS, Qwen3_0_6B, TinyDemo } from '../../ai/modelConfig';
import type { ModelState } from '../../ai/modelState';
import { createPreferences } from '../../ai/settings/preferences';
import { PreferencesProvider } from '../../ai/settings/PreferencesProvider';
import { RunningDownloadsProvider } from '../../ai/snapshots/RunningDownloadsProvider';
import { DEFAULT_PREFERENCES, type AppPreferences } from '../../db/preferences';
import type { HostEvent, Notifications } from '../../platform/types';
import { downloadTitle } from '../words/downloadWords';
import { DownloadNotifications } from './DownloadNotifications';
import { DownloadsMark } from './DownloadsMark';

const loading = (receivedBytes: number, totalBytes: number | undefined): ModelState => ({
  kind: 'downloading',
  ...{ receivedBytes, totalBytes, bytesPerSecond: undefined, secondsLeft: undefined },
});

describe('the line below the link to the models', () => {
  async function show() {
    const { manager, put } = await begin();
    const shelf = { manager, registry: { getModels: () => ALL_MODELS } };
    render(
      <PaperProvider>
        <RunningDownloadsProvider shelf={shelf}>
          <DownloadsMark />
        </RunningDownloadsProvider>
      </PaperProvider>,
    );
    return (...states: [typeof Qwen3_0_6B, ModelState][]) =>
      act(() => states.forEach(([config, state]) => put(config, state)));
  }

  it('is there only while something is downloaded', async () => {
    const put = await show();
    expect(screen.queryByRole('progressbar')).toBeNull();
    put([Qwen3_0_6B, loading(45, 100)]);
    const bar = screen.getByRole('progressbar', {
      name: `Downloading ${Qwen3_0_6B.displayName}`,
      value: { now: 45, text: '45%' },
    });
    expect(bar).toBeOnTheScreen();
    put([Qwen3_0_6B, INSTALLED]);
    expect(screen.queryByRole('progressbar')).toBeNull();
  });

  it('sums several, and has no number while a size is unknown', async () => {
    const put = await show();
    put([Qwen3_0_6B, loading(50, 100)], [TinyDemo, loading(0, 100)]);
    const name = 'Downloading 2 downloads';
    expect(screen.getByRole('progressbar', { name, value: { now: 25 } })).toBeOnTheScreen();
    put([TinyDemo, loading(0, undefined)]);
    expect(
      screen.getByRole('progressbar', { name, value: { text: 'Beginning' } }),
    ).toBeOnTheScreen();
  });

  it('shows nothing before the app has started', () => {
    render(
      <PaperProvider>
        <RunningDownloadsProvider shelf={undefined}>
          <DownloadsMark />
        </RunningDownloadsProvider>
      </PaperProvider>,
    );
    expect(screen.queryByRole('progressbar')).toBeNull();
  });
});

it.each([
  [{ count: 1, name: 'Qwen 3 0.6B', percent: 45 }, '45% · Qwen 3 0.6B – Modelshelf'],
  [{ count: 2, name: undefined, percent: 7 }, '7% · 2 downloads – Modelshelf'],
  [{ count: 1, name: 'Qwen 3 0.6B', percent: undefined }, 'Qwen 3 0.6B – Modelshelf'],
])('the title of the window for %j', (downloads, title) => {
  expect(downloadTitle(downloads)).toBe(title);
});

describe('a notification', () => {
  async function show(preferences: Partial<AppPreferences>) {
    const told = jest.fn<Notifications['show']>();
    let listener: (event: HostEvent) => void = () => undefined;
    const { put, wrapper: Providers } = await begin({
      notifications: { isAllowed: () => true, ask: () => Promise.resolve(true), show: told },
      subscribe(next) {
        listener = next;
        return () => undefined;
      },
    });
    const store = createPreferences({
      getPreferences: () => Promise.resolve({ ...DEFAULT_PREFERENCES, ...preferences }),
      setPreferences: () => Promise.resolve(),
    });
    await store.start();
    render(
      <Providers>
        <PreferencesProvider preferences={store}>
          <DownloadNotifications />
        </PreferencesProvider>
      </Providers>,
    );
    const become = (state: ModelState) => act(() => put(Qwen3_0_6B, state));
    return { told, become, tell: (event: HostEvent) => act(() => listener(event)) };
  }

  const on = { notifyOfDownloads: true };
  const failed: ModelState = {
    kind: 'failed',
    ...{ failure: { code: 'NET_OFFLINE', details: { host: 'x' } }, receivedBytes: 1 },
    totalBytes: 2,
  };

  it('tells that a download has ended behind other windows', async () => {
    const { told, become, tell } = await show(on);
    become(loading(1, 2));
    tell('hidden');
    become(INSTALLED);
    const { modelId, displayName } = Qwen3_0_6B;
    const text = `${displayName} is installed`;
    expect(told.mock.calls).toEqual([[{ id: modelId, title: 'Modelshelf', text }]]);
  });

  it('tells that one has failed there', async () => {
    const { told, become, tell } = await show(on);
    become(loading(1, 2));
    tell('hidden');
    become(failed);
    expect(told.mock.calls[0]?.[0].text).toBe(`${Qwen3_0_6B.displayName}: No connection`);
  });

  it.each<[string, Partial<AppPreferences>, HostEvent[], ModelState]>([
    ['unless a person wants it', {}, ['hidden'], INSTALLED],
    ['in sight of the person', on, [], INSTALLED],
    ['when the person is back', on, ['hidden', 'shown'], INSTALLED],
    ['of a pause', on, ['hidden'], { kind: 'paused', receivedBytes: 1, totalBytes: 2 }],
  ])('is not shown %s', async (_, preferences, events, end) => {
    const { told, become, tell } = await show(preferences);
    become(loading(1, 2));
    events.forEach(tell);
    become(end);
    expect(told).not.toHaveBeenCalled();
  });

  it('is not shown of an install that was no download', async () => {
    const { told, become, tell } = await show(on);
    become({ kind: 'absent' });
    tell('hidden');
    become(INSTALLED);
    expect(told).not.toHaveBeenCalled();
  });
});
