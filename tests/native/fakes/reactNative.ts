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

interface Opening {
  url: string;
}

const openings = new Set<(opening: Opening) => void>();
let firstAddress: string | null = null;

export const Linking = {
  addEventListener(_type: 'url', listener: (opening: Opening) => void) {
    openings.add(listener);
    return { remove: () => openings.delete(listener) };
  },
  getInitialURL: () => Promise.resolve(firstAddress),
};

/** What `expo-linking` has besides, by which the router finds the first address on iOS. */
export const ExpoLinking = { getLinkingURL: () => firstAddress };

/** The system opens the running app with an address. */
export function openAddress(url: string): void {
  for (const listener of [...openings]) listener({ url });
}

/** The next app is started with an address, or with none. */
export function startWithAddress(url: string | null): void {
  openings.clear();
  firstAddress = url;
}

export const Platform = { OS: 'ios' };

/** Native modules of packages that the app was built with. */
const linked = new Map<string, object>([
  ['RNLlama', {}],
  ['RnExecutorch', {}],
]);

export const TurboModuleRegistry = {
  get: (name: string): object | null => linked.get(name) ?? null,
};

/** An app that was built with or without a package. */
export function linkNative(
  name: string,
  isLinked: boolean,
  module: object = {},
): { restore(): void } {
  const before = linked.get(name);
  const set = (value: object | undefined) => {
    if (value) linked.set(name, value);
    else linked.delete(name);
  };
  set(isLinked ? module : undefined);
  return {
    restore: () => {
      set(before);
    },
  };
}
