import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { act, fireEvent, render, renderHook, screen } from '@testing-library/react-native';
import type { PropsWithChildren } from 'react';
import { Text } from 'react-native';
import { createShelfInMemory } from '../../../tests/shelfMemory';
import type { ShelfWorld } from '../../../tests/shelfMemory';
import type { Shelf } from '../createShelf';
import { TinyDemo } from '../modelConfig';
import { ModelGate } from './ModelGate';
import {
  useAddedModels,
  useInstalledModels,
  useModel,
  useModelMarks,
  useModelState,
  useModelsWhere,
} from '../ModelProvider';
import { ShelfProvider, useShelf } from './ShelfProvider';

let world: ShelfWorld;
let shelf: Shelf;
let id: string;

beforeEach(async () => {
  world = await createShelfInMemory();
  id = world.model.modelId;
  shelf = await world.open([TinyDemo, world.model]);
});
afterEach(() => world.dispose());

const wrapper = ({ children }: PropsWithChildren) => (
  <ShelfProvider shelf={shelf}>{children}</ShelfProvider>
);

describe('useModel with an id', () => {
  it('is the state of that model, and renders for no other one', async () => {
    let renders = 0;
    const { result } = renderHook(
      () => {
        renders += 1;
        return useModel(TinyDemo.modelId);
      },
      { wrapper },
    );
    const other = renderHook(() => useModel(id), { wrapper });
    await act(() => shelf.ensure(id));
    expect(other.result.current.kind).toBe('installed');
    expect(result.current.kind).toBe('absent');
    expect(renders).toBe(1);
  });

  it('is absent for an id that isn’t offered, until it is', async () => {
    await shelf.ensure(id);
    const { registry } = shelf;
    const next = await world.open([TinyDemo]);
    await next.close();
    registry.withdraw([TinyDemo.modelId]);
    const { result } = renderHook(() => useModel('later'), { wrapper });
    expect(result.current).toEqual({ kind: 'absent' });
    await act(async () => {
      registry.offer([{ ...world.model, modelId: 'later', folderName: 'later' }]);
      await shelf.ensure('later');
    });
    expect(result.current.kind).toBe('installed');
  });

  it('needs a provider, and without an id a ModelProvider', () => {
    expect(() => renderHook(() => useModel(id))).toThrow('ShelfProvider');
    expect(() => renderHook(() => useModel(), { wrapper })).toThrow(
      'useModel needs a ModelProvider',
    );
    expect(() => renderHook(() => useShelf())).toThrow('useShelf needs a ShelfProvider');
  });
});

describe('the hooks below a ShelfProvider', () => {
  it('follow the shelf and what it offers', async () => {
    const { result } = renderHook(
      () => ({
        installed: useInstalledModels().map(({ modelId }) => modelId),
        all: useModelsWhere(everything).map(({ modelId }) => modelId),
        state: useModelState(id),
      }),
      { wrapper },
    );
    expect(result.current.all).toEqual([TinyDemo.modelId, id]);
    await act(() => shelf.ensure(id));
    expect(result.current).toMatchObject({ installed: [id], state: { kind: 'installed' } });
    act(() => {
      shelf.registry.offer([{ ...world.model, modelId: 'later', folderName: 'later' }]);
    });
    expect(result.current.all).toEqual([TinyDemo.modelId, id, 'later']);
  });
});

function everything(): boolean {
  return true;
}

describe('ModelGate', () => {
  const gate = (
    <ModelGate
      id="tiny"
      fallback={(state, { ensure }) => (
        <Text onPress={() => void ensure('tiny')}>{`not here: ${state.kind}`}</Text>
      )}
    >
      <Text>the chat</Text>
    </ModelGate>
  );

  it('shows its children only while the model is installed, and downloads nothing by itself', async () => {
    render(gate, { wrapper });
    await act(settle);
    expect(world.takeRequests()).toEqual([]);
    expect(await world.disk()).toEqual({});
    fireEvent.press(screen.getByText('not here: absent'));
    await act(() => shelf.ensure(id));
    expect(screen.getByText('the chat')).toBeTruthy();
    await act(() => shelf.remove(id));
    expect(screen.getByText('not here: absent')).toBeTruthy();
    expect(screen.queryByText('the chat')).toBeNull();
  });

  it('shows a fallback of its own, or nothing', () => {
    const { rerender } = render(
      <ModelGate id={id} fallback={<Text>wait</Text>}>
        <Text>the chat</Text>
      </ModelGate>,
      { wrapper },
    );
    expect(screen.getByText('wait')).toBeTruthy();
    rerender(
      <ModelGate id={id}>
        <Text>the chat</Text>
      </ModelGate>,
    );
    expect(screen.toJSON()).toBeNull();
  });
});

it('renders hooks and gates of every kind without a request or a write', async () => {
  renderHook(() => [useModel(id), useShelf(), useInstalledModels(), useModelState(id)], {
    wrapper,
  });
  await act(settle);
  expect(world.takeRequests()).toEqual([]);
  expect(await world.disk()).toEqual({});
});

/** Lets everything run that waits for nothing but the adapters in memory. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

describe('the models that a person added', () => {
  it('come and go with their marks, and render for nothing else', async () => {
    let renders = 0;
    const { result } = renderHook(
      () => {
        renders += 1;
        return { added: useAddedModels(), marks: useModelMarks() };
      },
      { wrapper },
    );
    await act(async () => {
      await shelf.ensure(id);
    });
    expect(renders).toBe(1);
    const own = { ...world.model, modelId: 'own', folderName: 'own' };
    const source = { kind: 'unavailable', reason: 'Gone.' } as const;
    await act(async () => {
      await shelf.add({ ...own, ggufSource: source }, 'file');
      await shelf.marks.setFavourite('own', true);
    });
    expect(result.current.added.models).toMatchObject([
      { origin: 'file', model: { modelId: 'own' } },
    ]);
    expect(result.current.marks['own']?.isFavourite).toBe(true);
    await act(() => shelf.forget('own'));
    expect(result.current.added.models).toEqual([]);
    expect(result.current.marks).toEqual({});
  });
});
