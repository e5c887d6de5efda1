/** `react-native`, as far as the native adapters use it. In Jest the real one serves. */
type Listener = (state?: string) => void;

const listeners = new Map<string, Set<Listener>>();

export const AppState = {
  currentState: 'active',
  addEventListener(type: string, listener: Listener) {
    const set = listeners.get(type) ?? new Set();
    listeners.set(type, set.add(listener));
    return { remove: () => set.delete(listener) };
  },
};

/** What the system tells the app. */
export function tellApp(
  type: 'change' | 'memoryWarning',
  state?: 'active' | 'background' | 'inactive',
): void {
  if (state !== undefined) AppState.currentState = state;
  for (const listener of listeners.get(type) ?? []) listener(state);
}

export const Platform = { OS: 'ios' };
