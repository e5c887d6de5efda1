/** What a text in the box means that isn't words. */
import type { FileAddress, HubAddress, RepositoryAddress } from '../../ai/discover/addressParts';
import { Button } from '../ui/Button';
import { Notice } from '../ui/Notice';
import { addressProblemWords } from '../words/addressWords';
import { t } from '../words/language';
import { printable } from '../words/words';
import { Announced } from '../opened/Announced';

interface AddressNoticeProps {
  meant: Exclude<HubAddress, { kind: 'words' }>;
  onOpen: (address: RepositoryAddress | FileAddress) => void;
}

export function AddressNotice({ meant, onOpen }: AddressNoticeProps) {
  switch (meant.kind) {
    case 'repository': {
      const { repository } = meant;
      const part = meant.path ?? meant.quantization;
      return (
        <>
          <Announced
            text={t('This is the address of {repository}. Enter opens it.', { repository })}
          />
          <Button
            label={
              part === undefined
                ? t('Open {repository}', { repository })
                : t('Open {repository}, {part}', { repository, part: printable(part) })
            }
            icon="forward"
            tone="filled"
            onPress={() => onOpen(meant)}
          />
        </>
      );
    }
    case 'elsewhere': {
      const { host } = new URL(meant.url);
      return (
        <>
          <Announced
            text={t('This is the address of a file at {host}. Enter looks at it.', { host })}
          />
          <Button
            label={t('Look at the file at {host}', { host })}
            icon="forward"
            tone="filled"
            onPress={() => onOpen(meant)}
          />
        </>
      );
    }
    case 'unreadable':
      return (
        <Notice
          tone="warm"
          icon="info"
          title={t('This address can’t be used')}
          text={addressProblemWords(meant.problem)}
        />
      );
  }
}
