import { describe, expect, it, jest } from '@jest/globals';
import { fireEvent, render, screen } from '@testing-library/react-native';
import { PaperProvider } from 'react-native-paper';

import { finding, type Finding } from '../../ai/doctor/causes';
import type { Doctor } from '../../ai/doctor/createDoctor';
import { Examination } from './Examination';

const GIB = 1024 ** 3;

function show(doctor: Doctor) {
  const onCopy = jest.fn<(text: string) => void>();
  const view = render(
    <PaperProvider>
      <Examination doctor={doctor} onCopy={onCopy} />
    </PaperProvider>,
  );
  return { onCopy, ...view };
}

const found = (...findings: Finding[]): Doctor => ({ examine: () => Promise.resolve(findings) });

describe('the examination', () => {
  it('says that it is under way, and offers no report before there is one', () => {
    show({ examine: () => new Promise(() => undefined) });
    expect(screen.getByText('Examining this device…')).toBeOnTheScreen();
    expect(screen.getByRole('button', { name: 'Copy the report' })).toBeDisabled();
  });

  it('lists each finding with its state, its reason and what helps', async () => {
    show(found(finding('memory', 'memory-ample', 16 * GIB), finding('hub', 'hub-silent')));
    expect(await screen.findByText('Memory')).toBeOnTheScreen();
    expect(screen.getByText('Good')).toBeOnTheScreen();
    expect(screen.getByText(/17.2 GB of memory/)).toBeOnTheScreen();
    expect(screen.getByText('The hub')).toBeOnTheScreen();
    expect(screen.getByText('Broken')).toBeOnTheScreen();
    expect(screen.getByText(/did not answer within ten seconds/)).toBeOnTheScreen();
    expect(screen.getByText(/firewall or a proxy/)).toBeOnTheScreen();
    expect(screen.getByText('1 thing is broken.')).toBeOnTheScreen();
  });

  it.each([
    [[finding('hub', 'hub-reached')], 'Everything is fine.'],
    [[finding('hub', 'hub-busy')], 'Nothing is broken, 1 thing is limited.'],
  ])('sums up %j', async (findings, summary) => {
    show(found(...findings));
    expect(await screen.findByText(summary)).toBeOnTheScreen();
  });

  it('copies the report', async () => {
    const { onCopy } = show(found(finding('clock', 'clock-off', 600)));
    await screen.findByText('The clock is wrong by 10 min.');
    fireEvent.press(screen.getByRole('button', { name: 'Copy the report' }));
    expect(onCopy.mock.calls[0]?.[0]).toMatch(
      /^Modelshelf\n! Clock: Limited\. The clock is wrong by 10 min\.\n/,
    );
  });

  it('examines again when asked to, and stops when the screen is left', async () => {
    const signals: AbortSignal[] = [];
    const { unmount } = show({
      examine(signal) {
        signals.push(signal);
        const cause = signals.length === 1 ? 'hub-silent' : 'hub-reached';
        return Promise.resolve([finding('hub', cause)]);
      },
    });
    await screen.findByText('1 thing is broken.');
    fireEvent.press(screen.getByRole('button', { name: 'Examine again' }));
    await screen.findByText('Everything is fine.');
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    unmount();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  });
});
