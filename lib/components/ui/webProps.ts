/** Attributes that react-native-web passes to the page and React Native's types don't contain; phones ignore them. */

interface WebProps {
  'aria-pressed'?: boolean;
  'aria-haspopup'?: 'menu';
  'aria-current'?: 'page' | 'true';
  /** The id of an element with a hint. */
  'aria-describedby'?: string;
  'aria-invalid'?: boolean;
  /** Also of the styles with `start` and `end` in the elements inside. */
  dir?: 'ltr' | 'rtl';
  /** Turns the element into an ordinary link. */
  href?: string;
  /** With `download`, the link saves its target under that name. */
  hrefAttrs?: Readonly<{ download?: string; target?: string; rel?: string }>;
  /** Also called for keys in nested elements. */
  onKeyDown?: (event: { key: string; preventDefault(): void; currentTarget?: unknown }) => void;
  /** Becomes `data-*`, which `global.css` can style. */
  dataSet?: Readonly<Record<string, string>>;
}

/** Spread the result into a component's props. */
export const webProps = (props: WebProps): object => props;
