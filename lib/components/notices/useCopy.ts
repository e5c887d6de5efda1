/** Copies text to the clipboard, and reports it. */
import { setStringAsync } from 'expo-clipboard';
import { useCallback } from 'react';
import { useNotices } from './Notices';

/** Returns the same function in every render. */
export function useCopy(): (text: string) => void {
  const { tell } = useNotices();
  return useCallback(
    (text: string) => {
      setStringAsync(text).then(
        (copied) => tell(copied ? 'Copied' : NOT_ALLOWED),
        () => tell(NOT_ALLOWED),
      );
    },
    [tell],
  );
}

const NOT_ALLOWED = 'This browser does not let the page copy. Select the text instead.';
