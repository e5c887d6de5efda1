/** The title of the page: Metro takes this module in place of Expo Router's `Head`, which can do far more. */
import { useEffect } from 'react';
import type { ReactElement } from 'react';

/** `children` is the title alone. */
export default function PageHead({
  children,
}: {
  children: ReactElement<{ children: string }, 'title'>;
}): null {
  const title = children.props.children;
  useEffect(() => {
    document.title = title;
  }, [title]);
  return null;
}
