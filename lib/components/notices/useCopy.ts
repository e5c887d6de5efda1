/** Copies text to the clipboard, and reports it. */
import { setStringAsync } from 'expo-clipboard';
import { useCallback } from 'react';
import { t } from '../words/language';
import { useNotices } from './Notices';

/** Returns the same function in every render. */
export function useCopy(): (text: string) => void {
  const { tell } = useNotices();
  return useCallback(
    (text: string) => {
      setStringAsync(text).then(
        (copied) => tell(copied ? t('Copied') : notAllowed()),
        () => tell(notAllowed()),
      );
    },
    [tell],
  );
}

const notAllowed = () => t('This browser does not let the page copy. Select the text instead.');
