import { describe, expect, it, jest } from '@jest/globals';
import { fireEvent, render, screen, waitFor } from '@testing-library/react-native';
import { PaperProvider } from 'react-native-paper';

import { begin } from '../../../tests/providersFixture';
import { createPreferences } from '../../ai/settings/preferences';
import { PreferencesProvider } from '../../ai/settings/PreferencesProvider';
import { DEFAULT_PREFERENCES } from '../../db/preferences';
import { Notices } from '../notices/Notices';
import { NotifySwitch } from './NotifySwitch';

const NAME = 'Notify when a download ends';
const REFUSED = /does not allow notifications/;

/** `answer` is what the person says when asked. */
async function show(answer: boolean | undefined, known?: boolean) {
  let isAllowed = known;
  const ask = jest.fn(() => {
    isAllowed = answer;
    return Promise.resolve(answer === true);
  });
  const notifications = { isAllowed: () => isAllowed, ask, show: () => undefined };
  const { wrapper: Providers } = await begin(
    known === undefined && answer === undefined ? {} : { notifications },
  );
  const store = createPreferences({
    getPreferences: () => Promise.resolve(DEFAULT_PREFERENCES),
    setPreferences: () => Promise.resolve(),
  });
  render(
    <PaperProvider settings={{ icon: () => null }}>
      <Providers>
        <PreferencesProvider preferences={store}>
          <Notices>
            <NotifySwitch />
          </Notices>
        </PreferencesProvider>
      </Providers>
    </PaperProvider>,
  );
  const turn = (on: boolean) => fireEvent(screen.getByLabelText(NAME), 'valueChange', on);
  return { ask, store, turn };
}

/** Android's switch and that of iOS call it differently. */
const isOn = () => {
  const { props }: { props: { on?: boolean; value?: boolean } } = screen.getByLabelText(NAME);
  return props.on ?? props.value;
};

describe('the switch for notifications', () => {
  it('is off, and asks nobody, until it is pressed', async () => {
    const { ask } = await show(true);
    expect(isOn()).toBe(false);
    expect(ask).not.toHaveBeenCalled();
  });

  it('asks with the press, and is on once that is allowed', async () => {
    const { store, turn } = await show(true);
    turn(true);
    await waitFor(() => expect(isOn()).toBe(true));
    expect(store.getSnapshot().notifyOfDownloads).toBe(true);
    turn(false);
    await waitFor(() => expect(isOn()).toBe(false));
  });

  it('stays off and says so where the browser refuses', async () => {
    const { store, turn } = await show(false);
    expect(screen.queryByText(REFUSED)).toBeNull();
    turn(true);
    expect(await screen.findByText(REFUSED)).toBeOnTheScreen();
    expect(isOn()).toBe(false);
    expect(store.getSnapshot().notifyOfDownloads).toBe(false);
  });

  it('is not there on a host without notifications', async () => {
    await show(undefined);
    expect(screen.queryByLabelText(NAME)).toBeNull();
  });
});
