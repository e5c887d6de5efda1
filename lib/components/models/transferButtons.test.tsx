import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { act, fireEvent, render, screen } from '@testing-library/react-native';
import { PaperProvider } from 'react-native-paper';
import { Qwen3_0_6B } from '../../ai/modelConfig';
import type { ModelState } from '../../ai/modelState';
import type { CardActions } from './cardButtons';
import { ModelCard } from './ModelCard';
import { SETTLING_MS } from './useSettling';

const actions = () =>
  ({
    download: jest.fn(),
    repair: jest.fn(),
    askTooLarge: jest.fn(),
    pause: jest.fn(),
    cancel: jest.fn(),
    askCancel: jest.fn(),
    askRemoval: jest.fn(),
    showDetails: jest.fn(),
    look: jest.fn(),
    giveUp: jest.fn(),
    freeSpace: jest.fn(),
    openPage: jest.fn(),
    readLicense: jest.fn(),
    askWithdrawn: jest.fn(),
    forget: jest.fn(),
    askForgetting: jest.fn(),
  }) satisfies CardActions;

function cardIn(state: ModelState, pressed: CardActions) {
  return (
    <PaperProvider settings={{ icon: () => null }}>
      <ModelCard
        config={Qwen3_0_6B}
        runtime="llama.cpp"
        hasOtherBuilds={false}
        origin={undefined}
        selected={false}
        loading={false}
        fit="unknown"
        needBytes={undefined}
        memory="no"
        state={state}
        actions={pressed}
      />
    </PaperProvider>
  );
}

function show(state: ModelState) {
  const pressed = actions();
  render(cardIn(state, pressed));
  return pressed;
}

const press = (name: string) => {
  fireEvent.press(screen.getByRole('button', { name }));
};

const moving = { receivedBytes: 45_000_000, totalBytes: 100_000_000 };
const NO_RATE = { bytesPerSecond: undefined, secondsLeft: undefined };

describe('a second tap within a moment', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('is not taken for the buttons that have replaced Download', () => {
    const pressed = show({ kind: 'absent' });
    press('Download');
    screen.rerender(cardIn({ kind: 'waiting', reason: 'preparing', ...moving }, pressed));
    act(() => jest.advanceTimersByTime(SETTLING_MS - 1));
    screen.rerender(cardIn({ kind: 'downloading', ...moving, ...NO_RATE }, pressed));
    press('Pause');
    press('Cancel');
    expect(screen.getByRole('button', { name: 'Pause' })).toBeBusy();
    expect(pressed.pause).not.toHaveBeenCalled();
    expect(pressed.cancel).not.toHaveBeenCalled();
    expect(pressed.download).toHaveBeenCalledTimes(1);
    act(() => jest.advanceTimersByTime(1));
    expect(screen.getByRole('button', { name: 'Pause' })).not.toBeBusy();
    press('Pause');
    press('Cancel');
    expect(pressed.pause).toHaveBeenCalledTimes(1);
    expect(pressed.cancel).toHaveBeenCalledTimes(1);
  });
});

describe('a paused download', () => {
  it('that stopped otherwise than by a person says no time', () => {
    show({ kind: 'paused', ...moving });
    expect(screen.getByText('Paused')).toBeOnTheScreen();
  });

  it('asks before it cancels a download of which much has arrived', () => {
    const much = { receivedBytes: 50_000_001, totalBytes: 100_000_000 };
    const pressed = show({ kind: 'paused', ...much });
    press('Cancel');
    expect(pressed.askCancel).toHaveBeenCalledWith(Qwen3_0_6B);
    expect(pressed.cancel).not.toHaveBeenCalled();
  });

  it('says since when a person has paused it', () => {
    show({ kind: 'paused', ...moving, pausedAt: new Date(2026, 0, 2, 3, 4).getTime() });
    expect(screen.getByText('Paused since 2 Jan 2026, 03:04')).toBeOnTheScreen();
  });
});
