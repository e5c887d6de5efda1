/** Attributes that react-native-web passes to the page and React Native's types don't know; phones ignore them. */

interface WebProps {
  'aria-pressed'?: boolean;
  'aria-current'?: 'page' | 'true';
  /** The id of an element with a hint. */
  'aria-describedby'?: string;
  'aria-invalid'?: boolean;
  /** Makes it an ordinary link. */
  href?: string;
  /** With `download`, the link saves what it points to under that name. */
  hrefAttrs?: Readonly<{ download: string }>;
  /** Also of what is inside. */
  onKeyDown?: (event: { key: string }) => void;
  /** Becomes `data-*`, which `global.css` can style. */
  dataSet?: Readonly<Record<string, string>>;
}

/** To be spread into a component's props. */
export const webProps = (props: WebProps): object => props;
