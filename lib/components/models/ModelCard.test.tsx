import { describe, expect, it, jest } from '@jest/globals';
import { fireEvent, render, screen } from '@testing-library/react-native';
import { PaperProvider } from 'react-native-paper';
import { BENCHMARK } from '../../../tests/benchmarkFixture';
import type { Fit } from '../../ai/memory/memoryFit';
import { GLM4_9B_Chat, Qwen3_0_6B, TinyDemo } from '../../ai/modelConfig';
import type { ModelState } from '../../ai/modelState';
import type { ModelFailure } from '../../errors';
import type { CardActions, InMemory } from './cardButtons';
import { ModelCard } from './ModelCard';
import type { ModelCardProps } from './ModelCard';

const actions = () =>
  ({
    download: jest.fn(),
    repair: jest.fn(),
    askTooLarge: jest.fn(),
    pause: jest.fn(),
    cancel: jest.fn(),
    askCancel: jest.fn(),
    select: jest.fn(),
    askRemoval: jest.fn(),
    showDetails: jest.fn(),
    showSettings: jest.fn(),
    keepReady: jest.fn(),
    benchmark: jest.fn(),
    ...{ readLicense: jest.fn(), forget: jest.fn(), askForgetting: jest.fn() },
    ...{ freeSpace: jest.fn(), openPage: jest.fn() },
    openChat: jest.fn(),
    reload: jest.fn(),
  }) satisfies CardActions;

type Shown = Partial<Omit<ModelCardProps, 'state' | 'actions'>>;

function show(state: ModelState, shown: Shown = {}) {
  const pressed = actions();
  render(
    <PaperProvider settings={{ icon: () => null }}>
      <ModelCard
        config={Qwen3_0_6B}
        runtime="llama.cpp"
        hasOtherBuilds={false}
        {...{ origin: undefined, selected: false }}
        loading={false}
        fit="unknown"
        needBytes={undefined}
        memory="no"
        verdict={UNKNOWN}
        {...shown}
        state={state}
        actions={pressed}
      />
    </PaperProvider>,
  );
  return pressed;
}

/** These and no others, in this order. */
function expectButtons(...names: string[]): void {
  const found = screen.getAllByRole('button');
  expect(found).toHaveLength(names.length);
  for (const [place, name] of names.entries()) expect(found[place]).toHaveAccessibleName(name);
}

const press = (name: string) => {
  fireEvent.press(screen.getByRole('button', { name }));
};

const moving = { receivedBytes: 45_000_000, totalBytes: 100_000_000 };
const installed: ModelState = {
  kind: 'installed',
  sizeBytes: 639_446_688,
  installedAt: 0,
  files: [],
};
const FILE = {
  ...{ fileName: 'qwen.gguf', sizeBytes: 639_446_688, sha256: 'a'.repeat(64) },
  role: 'weights',
  checkedAgainst: 'registry',
} as const;
const UNKNOWN = { kind: 'unknown' } as const;
const TOOLS = ['Settings', 'Benchmark', 'Keep ready', 'Details'];
const failed = (failure: ModelFailure): ModelState => ({ kind: 'failed', failure, ...moving });

describe('the card of a model', () => {
  it('is a group named by the model', () => {
    show({ kind: 'absent' });
    expect(screen.getByLabelText('Qwen 3 0.6B')).toBeOnTheScreen();
  });

  it('offers Download where it can be had, with its size and guidance', () => {
    const pressed = show({ kind: 'absent' });
    expectButtons('Download', 'Details');
    expect(screen.getByText('639 MB to download')).toBeOnTheScreen();
    expect(screen.getByText('Fastest')).toBeOnTheScreen();
    expect(screen.getByText('Q8_0')).toBeOnTheScreen();
    press('Download');
    expect(pressed.download).toHaveBeenCalledWith(Qwen3_0_6B);
  });

  it('keeps the word verified for files whose digest somebody published', () => {
    const words = 'Complete; its publisher states no digest.';
    show({ ...installed, files: [FILE] });
    expect(screen.queryByText(words)).toBeNull();
    screen.unmount();
    show({ ...installed, files: [FILE, { ...FILE, checkedAgainst: 'none' }] });
    expect(screen.getByText(words)).toBeOnTheScreen();
  });

  it('offers Repair and Remove, and no way to use it, where it isn’t the file that the registry names', () => {
    const failure = { code: 'NOT_AS_PUBLISHED', details: { fileName: 'qwen.gguf' } } as const;
    const pressed = show({ ...installed, kind: 'differs', failure });
    expectButtons('Repair', 'Remove', 'Details');
    expect(screen.getByText('Not the file that the registry names')).toBeOnTheScreen();
    expect(screen.getByText('Another file')).toBeOnTheScreen();
    press('Repair');
    expect(pressed.repair).toHaveBeenCalledWith(Qwen3_0_6B);
    press('Remove');
    expect(pressed.askRemoval).toHaveBeenCalledWith(Qwen3_0_6B);
  });

  it('says that the demo needs no network', () => {
    show({ kind: 'absent' }, { config: TinyDemo });
    expect(screen.getByText('Demo')).toBeOnTheScreen();
    expect(screen.getByText('Comes with the app: no network needed')).toBeOnTheScreen();
  });

  it('offers nothing but details of an announced model, and says why', () => {
    show({ kind: 'unavailable', reason: 'Coming soon: too large.' }, { config: GLM4_9B_Chat });
    expectButtons('Details');
    expect(screen.getByText('Coming soon')).toBeOnTheScreen();
    expect(screen.getByText('Coming soon: too large.')).toBeOnTheScreen();
  });

  it('offers to remove what lies here of a model that no catalog names any more', () => {
    const config = { ...Qwen3_0_6B, size: '', isUnlisted: true } as const;
    const pressed = show({ kind: 'unavailable', reason: 'Gone.', usedBytes: 12e6 }, { config });
    expectButtons('Remove', 'Details');
    expect(screen.getByText('No longer in a catalog')).toBeOnTheScreen();
    expect(screen.getByText('12 MB of it on this device')).toBeOnTheScreen();
    expect(screen.queryByText('Hugging Face')).toBeNull();
    press('Remove');
    expect(pressed.askRemoval).toHaveBeenCalledWith(config);
  });

  it('says of a released model without a build here that it is this device', () => {
    show({ kind: 'unavailable', reason: 'Too large for a browser.' });
    expect(screen.getByText('Not on this device')).toBeOnTheScreen();
  });

  it('shows bytes, per cent, speed and time left of a download', () => {
    const pressed = show({
      kind: 'downloading',
      ...moving,
      bytesPerSecond: 5_000_000,
      secondsLeft: 11,
    });
    expect(screen.getByText('45 MB of 100 MB · 45%')).toBeOnTheScreen();
    expect(screen.getByText('5.0 MB/s · 11 s left')).toBeOnTheScreen();
    expect(screen.getByRole('progressbar')).toHaveAccessibilityValue({ now: 45, min: 0, max: 100 });
    expectButtons('Pause', 'Details', 'Cancel');
    press('Pause');
    press('Cancel');
    expect(pressed.pause).toHaveBeenCalledWith(Qwen3_0_6B);
    expect(pressed.cancel).toHaveBeenCalledWith(Qwen3_0_6B);
  });

  it('shows an unknown total as unknown', () => {
    show({
      kind: 'downloading',
      receivedBytes: 45_000_000,
      totalBytes: undefined,
      bytesPerSecond: undefined,
      secondsLeft: undefined,
    });
    expect(screen.getByText('45 MB, total unknown')).toBeOnTheScreen();
    expect(screen.getByRole('progressbar')).toHaveAccessibilityValue({
      text: 'Downloading, 45 MB, total unknown',
    });
  });

  it('says what it waits for', () => {
    show({ kind: 'waiting', reason: 'other-owner', ...moving });
    expect(screen.getByText('Another tab is downloading it')).toBeOnTheScreen();
    show({
      kind: 'waiting',
      reason: 'retrying',
      failure: { code: 'NET_OFFLINE', details: { host: 'hub.example' } },
      ...moving,
    });
    expect(screen.getByText('No connection · trying again')).toBeOnTheScreen();
  });

  it('offers Resume and Cancel of a paused download', () => {
    const pressed = show({ kind: 'paused', ...moving });
    expectButtons('Resume', 'Details', 'Cancel');
    press('Resume');
    expect(pressed.download).toHaveBeenCalledWith(Qwen3_0_6B);
  });

  it('can be stopped while its files are being checked', () => {
    show({ kind: 'verifying', verifiedBytes: 50, totalBytes: 100 });
    expect(screen.getByText('Checking the files')).toBeOnTheScreen();
    expectButtons('Pause', 'Details', 'Cancel');
  });

  it('offers Select and Remove of an installed model', () => {
    const pressed = show(installed);
    expectButtons('Select', 'Remove', ...TOOLS);
    expect(screen.getByText('639 MB on this device')).toBeOnTheScreen();
    expect(screen.queryByText('SELECTED')).toBeNull();
    press('Select');
    press('Remove');
    expect(pressed.select).toHaveBeenCalledWith(Qwen3_0_6B);
    expect(pressed.askRemoval).toHaveBeenCalledWith(Qwen3_0_6B);
  });

  it('marks the selected one, whose removal is asked about, too', () => {
    const pressed = show(installed, { selected: true });
    expect(screen.getByText('SELECTED')).toBeOnTheScreen();
    expect(screen.queryByRole('button', { name: 'Select' })).toBeNull();
    press('Remove');
    expect(pressed.askRemoval).toHaveBeenCalledWith(Qwen3_0_6B);
  });
});

describe('what a model needs of the memory', () => {
  const needBytes = 1_300_000_000;

  it.each<[Fit, string]>([
    ['fits', 'Fits: needs about 1.3 GB of memory'],
    ['tight', 'Tight: needs about 1.3 GB of memory; close other apps first'],
    ['too-large', 'Probably too large for this device: needs about 1.3 GB of memory'],
    ['unknown', 'Needs about 1.3 GB of memory'],
  ])('is said before the download: %s', (fit, words) => {
    show({ kind: 'absent' }, { fit, needBytes });
    expect(screen.getByText(words)).toBeOnTheScreen();
  });

  it('is not made up where nobody knows', () => {
    show({ kind: 'absent' });
    expect(screen.queryByText(/memory/)).toBeNull();
  });

  it('lets a model that is too large be downloaded, but asks first', () => {
    const pressed = show({ kind: 'absent' }, { fit: 'too-large', needBytes });
    press('Download');
    expect(pressed.askTooLarge).toHaveBeenCalledWith(Qwen3_0_6B);
    expect(pressed.download).not.toHaveBeenCalled();
  });

  it('does not ask again of a download that was begun', () => {
    const pressed = show({ kind: 'paused', ...moving }, { fit: 'too-large', needBytes });
    press('Resume');
    expect(pressed.download).toHaveBeenCalledWith(Qwen3_0_6B);
  });
});

describe('the card of an installed model', () => {
  it('says that it works here, and how fast', () => {
    const newest = { ...BENCHMARK, benchmarkId: 1 };
    show(installed, { verdict: { kind: 'works', newest } });
    expect(screen.getByText('Works here · 24 tokens/s')).toBeOnTheScreen();
  });

  it('says that it works where the speed is not known', () => {
    const newest = { ...BENCHMARK, benchmarkId: 1, tokensPerSecond: undefined };
    show(installed, { verdict: { kind: 'works', newest } });
    expect(screen.getByText('Works here')).toBeOnTheScreen();
  });

  it('says why it did not work', () => {
    const failure = { code: 'LOAD_FAILED', details: { path: 'x', reason: 'bad magic' } } as const;
    show(installed, { verdict: { kind: 'broken', failure } });
    expect(screen.getByText('Installed, but it did not work here')).toBeOnTheScreen();
    expect(screen.getByText(/bad magic/)).toBeOnTheScreen();
  });

  it('leads to its settings, its benchmark and into memory', () => {
    const pressed = show(installed);
    press('Settings');
    press('Benchmark');
    press('Keep ready');
    expect(pressed.showSettings).toHaveBeenCalledWith(Qwen3_0_6B);
    expect(pressed.benchmark).toHaveBeenCalledWith(Qwen3_0_6B);
    expect(pressed.keepReady).toHaveBeenCalledWith(Qwen3_0_6B);
  });

  it.each<[InMemory, string]>([
    ['loaded', 'In memory, ready to answer'],
    ['measured', 'In memory, being measured'],
  ])('says that it is in memory: %s', (memory, words) => {
    show(installed, { memory });
    expect(screen.getByText(words)).toBeOnTheScreen();
    expect(screen.queryByRole('button', { name: 'Keep ready' })).toBeNull();
  });

  it('can not be brought into memory twice, or measured twice at once', () => {
    show(installed, { memory: 'coming' });
    expect(screen.getByRole('button', { name: 'Keep ready' })).toBeDisabled();
    show(installed, { memory: 'measured' });
    expect(screen.getByRole('button', { name: 'Benchmark' })).toBeDisabled();
  });
});

describe('the card of a failed download', () => {
  it('says why, keeps its bytes, and tries again', () => {
    const pressed = show(failed({ code: 'NET_OFFLINE', details: { host: 'hub.example' } }));
    expect(screen.getByText('No connection')).toBeOnTheScreen();
    expect(screen.getByText('45 MB of 100 MB · 45%')).toBeOnTheScreen();
    expectButtons('Try again', 'Details', 'Cancel');
    press('Try again');
    expect(pressed.download).toHaveBeenCalledWith(Qwen3_0_6B);
  });

  it('leads to what could be removed when there is no space', () => {
    const pressed = show(
      failed({ code: 'NO_SPACE', details: { neededBytes: 10, freeBytes: undefined } }),
    );
    expectButtons('Free up space', 'Try again', 'Details', 'Cancel');
    press('Free up space');
    expect(pressed.freeSpace).toHaveBeenCalled();
  });

  it('leads to the page of a model whose licence has to be accepted', () => {
    const pressed = show(
      failed({ code: 'HTTP_GATED', details: { host: 'hub.example', status: 403 } }),
    );
    press('Open its page');
    expect(pressed.openPage).toHaveBeenCalledWith(Qwen3_0_6B);
  });

  it('can still be cancelled when nothing else helps', () => {
    show(failed({ code: 'NAME_INVALID', details: { name: '..' } }));
    expectButtons('Details', 'Cancel');
  });
});
