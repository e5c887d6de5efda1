import { describe, expect, it } from '@jest/globals';
import { fireEvent, screen } from '@testing-library/react-native';
import { choose, menuLabels, openMenu, showCard } from '../../../tests/cardFixture';
import type { Fit } from '../../ai/memory/memoryFit';
import { GLM4_9B_Chat, Qwen3_0_6B, TinyDemo } from '../../ai/modelConfig';
import type { ModelState } from '../../ai/modelState';
import type { ModelFailure } from '../../errors';

/** Called so, and no others, in this order; the last one opens the menu. */
function expectButtons(...names: string[]): void {
  const found = screen.getAllByRole('button');
  expect(found).toHaveLength(names.length + 1);
  const all = [...names, 'More actions for Qwen 3 0.6B'];
  for (const [place, name] of all.entries()) expect(found[place]).toHaveAccessibleName(name);
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
const failed = (failure: ModelFailure): ModelState => ({ kind: 'failed', failure, ...moving });

describe('the card of a model', () => {
  it('is a group named by the model', () => {
    showCard({ kind: 'absent' });
    expect(screen.getByLabelText('Qwen 3 0.6B')).toBeOnTheScreen();
  });

  it('offers Download where it can be had, with its size and guidance', () => {
    const pressed = showCard({ kind: 'absent' });
    expectButtons('Download Qwen 3 0.6B');
    expect(screen.getByText('639 MB to download')).toBeOnTheScreen();
    expect(screen.getByText('Fastest')).toBeOnTheScreen();
    press('Download');
    expect(pressed.download).toHaveBeenCalledWith(Qwen3_0_6B);
  });

  it('keeps the word verified for files whose digest somebody published', () => {
    const words = 'Complete; its publisher states no digest.';
    showCard({ ...installed, files: [FILE] });
    expect(screen.queryByText(words)).toBeNull();
    screen.unmount();
    showCard({ ...installed, files: [FILE, { ...FILE, checkedAgainst: 'none' }] });
    expect(screen.getByText(words)).toBeOnTheScreen();
  });

  it('offers Repair and Remove, and no way to use it, where it isn’t the file that the registry names', async () => {
    const failure = { code: 'NOT_AS_PUBLISHED', details: { fileName: 'qwen.gguf' } } as const;
    const pressed = showCard({ ...installed, kind: 'differs', failure });
    expectButtons('Repair Qwen 3 0.6B');
    expect(screen.getByText('Not the file that the registry names')).toBeOnTheScreen();
    expect(screen.getByText('Another file')).toBeOnTheScreen();
    press('Repair');
    expect(pressed.repair).toHaveBeenCalledWith(Qwen3_0_6B);
    await choose('Remove');
    expect(pressed.askRemoval).toHaveBeenCalledWith(Qwen3_0_6B);
  });

  it('says that the demo needs no network', () => {
    showCard({ kind: 'absent' }, { config: TinyDemo });
    expect(screen.getByText('Demo')).toBeOnTheScreen();
    expect(screen.getByText('Comes with the app: no network needed')).toBeOnTheScreen();
  });

  it('offers nothing but the menu of an announced model, and says why', () => {
    showCard({ kind: 'unavailable', reason: 'Coming soon: too large.' }, { config: GLM4_9B_Chat });
    expect(screen.getAllByRole('button')).toHaveLength(1);
    expect(screen.getByText('Coming soon')).toBeOnTheScreen();
    expect(screen.getByText('Coming soon: too large.')).toBeOnTheScreen();
  });

  it('offers to remove what lies here of a model that no catalog names any more', () => {
    const config = { ...Qwen3_0_6B, size: '', isUnlisted: true } as const;
    const pressed = showCard({ kind: 'unavailable', reason: 'Gone.', usedBytes: 12e6 }, { config });
    expectButtons('Remove Qwen 3 0.6B');
    expect(screen.getByText('No longer in a catalog')).toBeOnTheScreen();
    expect(screen.getByText('12 MB of it on this device')).toBeOnTheScreen();
    expect(screen.queryByText('Hugging Face')).toBeNull();
    press('Remove');
    expect(pressed.askRemoval).toHaveBeenCalledWith(config);
  });

  it('says of a released model without a build here that it is this device', () => {
    showCard({ kind: 'unavailable', reason: 'Too large for a browser.' });
    expect(screen.getByText('Not on this device')).toBeOnTheScreen();
  });

  it('shows bytes, per cent, speed and time left of a download', () => {
    const pressed = showCard({
      kind: 'downloading',
      ...moving,
      bytesPerSecond: 5_000_000,
      secondsLeft: 11,
    });
    expect(screen.getByText('45 MB of 100 MB · 45%')).toBeOnTheScreen();
    expect(screen.getByText('5.0 MB/s · 11 s left')).toBeOnTheScreen();
    expect(screen.getByRole('progressbar')).toHaveAccessibilityValue({ now: 45, min: 0, max: 100 });
    expectButtons('Pause Qwen 3 0.6B', 'Cancel the download of Qwen 3 0.6B');
    press('Pause');
    press('Cancel');
    expect(pressed.pause).toHaveBeenCalledWith(Qwen3_0_6B);
    expect(pressed.cancel).toHaveBeenCalledWith(Qwen3_0_6B);
  });

  it('shows an unknown total as unknown', () => {
    showCard({
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
    showCard({ kind: 'waiting', reason: 'other-owner', ...moving });
    expect(screen.getByText('Another tab is downloading it')).toBeOnTheScreen();
    showCard({
      kind: 'waiting',
      reason: 'retrying',
      failure: { code: 'NET_OFFLINE', details: { host: 'hub.example' } },
      ...moving,
    });
    expect(screen.getByText('No connection · trying again')).toBeOnTheScreen();
  });

  it('offers Resume and Cancel of a paused download', () => {
    const pressed = showCard({ kind: 'paused', ...moving });
    expectButtons('Resume Qwen 3 0.6B', 'Cancel the download of Qwen 3 0.6B');
    press('Resume');
    expect(pressed.download).toHaveBeenCalledWith(Qwen3_0_6B);
  });

  it('can be stopped while its files are being checked', () => {
    showCard({ kind: 'verifying', verifiedBytes: 50, totalBytes: 100 });
    expect(screen.getByText('Checking the files')).toBeOnTheScreen();
    expectButtons('Pause Qwen 3 0.6B', 'Cancel the download of Qwen 3 0.6B');
  });

  it('offers Select of an installed model, and the rest in a menu', async () => {
    const pressed = showCard(installed);
    expectButtons('Select Qwen 3 0.6B');
    await openMenu();
    const tools = ['Settings', 'Benchmark', 'Keep ready'];
    expect(menuLabels()).toEqual(['Details', ...tools, 'Hugging Face', 'Remove']);
    expect(screen.getByText('639 MB on this device')).toBeOnTheScreen();
    expect(screen.queryByText('SELECTED')).toBeNull();
    press('Select');
    await choose('Remove');
    expect(pressed.select).toHaveBeenCalledWith(Qwen3_0_6B);
    expect(pressed.askRemoval).toHaveBeenCalledWith(Qwen3_0_6B);
  });

  it('marks the selected one, whose removal is asked about, too', async () => {
    const pressed = showCard(installed, { selected: true });
    expect(screen.getByText('SELECTED')).toBeOnTheScreen();
    expect(screen.queryByRole('button', { name: 'Select' })).toBeNull();
    await choose('Remove');
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
    showCard({ kind: 'absent' }, { fit, needBytes });
    expect(screen.getByText(words)).toBeOnTheScreen();
  });

  it('is not made up where nobody knows', () => {
    showCard({ kind: 'absent' });
    expect(screen.queryByText(/memory/)).toBeNull();
  });

  it('lets a model that is too large be downloaded, but asks first', () => {
    const pressed = showCard({ kind: 'absent' }, { fit: 'too-large', needBytes });
    press('Download');
    expect(pressed.askTooLarge).toHaveBeenCalledWith(Qwen3_0_6B);
    expect(pressed.download).not.toHaveBeenCalled();
  });

  it('does not ask again of a download that was begun', () => {
    const pressed = showCard({ kind: 'paused', ...moving }, { fit: 'too-large', needBytes });
    press('Resume');
    expect(pressed.download).toHaveBeenCalledWith(Qwen3_0_6B);
  });
});

describe('the card of a failed download', () => {
  it('says why, keeps its bytes, and tries again', () => {
    const pressed = showCard(failed({ code: 'NET_OFFLINE', details: { host: 'hub.example' } }));
    expect(screen.getByText('No connection')).toBeOnTheScreen();
    expect(screen.getByText('45 MB of 100 MB · 45%')).toBeOnTheScreen();
    expectButtons('Try again: Qwen 3 0.6B', 'Cancel the download of Qwen 3 0.6B');
    press('Try again');
    expect(pressed.download).toHaveBeenCalledWith(Qwen3_0_6B);
  });

  it('leads to what could be removed when there is no space', () => {
    const pressed = showCard(
      failed({ code: 'NO_SPACE', details: { neededBytes: 10, freeBytes: undefined } }),
    );
    expectButtons(
      'Free up space: Qwen 3 0.6B',
      'Try again: Qwen 3 0.6B',
      'Cancel the download of Qwen 3 0.6B',
    );
    press('Free up space');
    expect(pressed.freeSpace).toHaveBeenCalled();
  });

  it('leads to the page of a model whose licence has to be accepted', () => {
    const pressed = showCard(
      failed({ code: 'HTTP_GATED', details: { host: 'hub.example', status: 403 } }),
    );
    press('Open its page');
    expect(pressed.openPage).toHaveBeenCalledWith(Qwen3_0_6B);
  });

  it('can still be cancelled when nothing else helps', () => {
    showCard(failed({ code: 'NAME_INVALID', details: { name: '..' } }));
    expectButtons('Cancel the download of Qwen 3 0.6B');
  });
});
