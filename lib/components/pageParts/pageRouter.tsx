/**
 * The parts of Expo Router that this app uses, for a page: Metro takes this module in place of the package, which has
 * stacks, tabs and links for phones in it. Routes are those of `app/`; the address is the browser's own, by wouter.
 */
import type { ErrorBoundaryProps, Href } from 'expo-router';
import {
  Children,
  cloneElement,
  Component,
  createContext,
  Suspense,
  use,
  useDeferredValue,
  useEffect,
  useMemo,
} from 'react';
import type { ComponentType, PropsWithChildren, ReactElement } from 'react';
import { Text } from 'react-native';
import type { TextProps } from 'react-native';
import { navigate, usePathname as useAddress, useSearch } from 'wouter/use-browser-location';
import { basePath, routeOf, screenOf } from './pageScreens';

/** What is shown in place of a screen that can't be rendered. */
export const ScreenProblem = createContext<ComponentType<ErrorBoundaryProps> | undefined>(
  undefined,
);

/** The screen of the address. The one before stays until the code of the next is there. */
export function Slot() {
  const route = useDeferredValue(usePathname());
  const Problem = use(ScreenProblem);
  if (Problem === undefined) return null;
  return (
    <Caught key={route} by={Problem}>
      <Suspense>{screenOf(route)}</Suspense>
    </Caught>
  );
}

type CaughtProps = PropsWithChildren<{ by: ComponentType<ErrorBoundaryProps> }>;
interface CaughtState {
  error: Error | undefined;
}

class Caught extends Component<CaughtProps, CaughtState> {
  override state: CaughtState = { error: undefined };

  static getDerivedStateFromError(error: Error): CaughtState {
    return { error };
  }

  private readonly retry = () =>
    new Promise<void>((resolve) => this.setState({ error: undefined }, resolve));

  override render() {
    const { by: Problem, children } = this.props;
    const { error } = this.state;
    return error === undefined ? children : <Problem error={error} retry={this.retry} />;
  }
}

export const usePathname = () => routeOf(useAddress());
export const useIsFocused = () => true;

export function useGlobalSearchParams(): Record<string, string | string[]> {
  const search = useSearch();
  return useMemo(() => {
    const found = new URLSearchParams(search);
    return Object.fromEntries(
      [...new Set(found.keys())].map((name) => {
        const [first = '', ...more] = found.getAll(name);
        return [name, more.length === 0 ? first : [first, ...more]];
      }),
    );
  }, [search]);
}

export const useLocalSearchParams = () => useGlobalSearchParams();

function addressOf(href: Href): string {
  if (typeof href === 'string') return href.startsWith('/') ? basePath() + href : href;
  const search = new URLSearchParams(
    Object.entries(href.params ?? {}).flatMap(([name, value]) =>
      [value].flat().map((one) => [name, String(one)]),
    ),
  ).toString();
  return basePath() + href.pathname + (search === '' ? '' : `?${search}`);
}

/** As a browser follows a link: to where one is already, it adds nothing to the way back. */
function follow(href: Href): void {
  const to = addressOf(href);
  navigate(to, { replace: to === location.pathname + location.search });
}

const router = {
  push: follow,
  replace: (href: Href) => navigate(addressOf(href), { replace: true }),
};
export const useRouter = () => router;

export function Redirect({ href }: { href: Href }) {
  const to = addressOf(href);
  useEffect(() => navigate(to, { replace: true }), [to]);
  return null;
}

interface Press {
  button?: number;
  defaultPrevented: boolean;
  preventDefault(): void;
}

const KEYS = ['altKey', 'ctrlKey', 'metaKey', 'shiftKey'] as const;

type LinkProps = TextProps & { href: Href; target?: string; rel?: string; asChild?: boolean };

/** What a browser does with a link by itself is left to it: other tabs and windows, and other places. */
export function Link({ href, asChild = false, target, rel, children, ...rest }: LinkProps) {
  const onPress = (event: Press & Partial<Record<(typeof KEYS)[number], boolean>>) => {
    const isOther = target !== undefined || (event.button ?? 0) !== 0;
    if (event.defaultPrevented || isOther || KEYS.some((key) => event[key])) return;
    event.preventDefault();
    follow(href);
  };
  const link = { href: addressOf(href), role: 'link', onPress } as object;
  if (asChild) return cloneElement(Children.only(children) as ReactElement, link);
  return (
    <Text {...rest} {...link} {...({ hrefAttrs: { target, rel } } as object)}>
      {children}
    </Text>
  );
}
