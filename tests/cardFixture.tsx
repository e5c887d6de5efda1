/** The card of a model by itself, and its menu, for tests in Jest. */
import { jest } from '@jest/globals';
import { act, fireEvent, render, screen } from '@testing-library/react-native';
import { PaperProvider } from 'react-native-paper';
import { Qwen3_0_6B } from '../lib/ai/modelConfig';
import type { ModelState } from '../lib/ai/modelState';
import type { CardActions } from '../lib/components/models/cardButtons';
import { ModelCard } from '../lib/components/models/ModelCard';
// The app loads it with the first menu; here that would be a part of a test's time.
import '../lib/components/models/OpenedMenu';
import type { ModelCardProps } from '../lib/components/models/ModelCard';

const UNKNOWN = { kind: 'unknown' } as const;

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
    askWithdrawn: jest.fn(),
    ...{ look: jest.fn(), giveUp: jest.fn(), freeSpace: jest.fn(), openPage: jest.fn() },
    openChat: jest.fn(),
    reload: jest.fn(),
  }) satisfies CardActions;

type Shown = Partial<Omit<ModelCardProps, 'state' | 'actions'>>;

export function showCard(state: ModelState, shown: Shown = {}) {
  const pressed = actions();
  const card = (more: Shown) => (
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
        {...more}
        state={state}
        actions={pressed}
      />
    </PaperProvider>
  );
  const { rerender } = render(card({}));
  return { ...pressed, rerender: (more: Shown) => rerender(card(more)) };
}

type Queries = Pick<typeof screen, 'findByRole'>;

const press = (element: Parameters<typeof fireEvent.press>[0]) =>
  act(async () => {
    fireEvent.press(element);
    return Promise.resolve();
  });

/** `where` is the card, on a screen with several. */
export async function openMenu(where: Queries = screen): Promise<void> {
  await press(await where.findByRole('button', { name: /^More actions for / }));
  // Its code is loaded by the first press.
  await screen.findAllByRole('menuitem');
}

/** The labels of the open menu, in order. */
export function menuLabels(): string[] {
  const titles = screen.getAllByTestId('menu-item-title') as { props: { children: string } }[];
  return titles.map(({ props }) => props.children);
}

export async function choose(label: string, where?: Queries): Promise<void> {
  await openMenu(where);
  await press(await screen.findByRole('menuitem', { name: label }));
}
