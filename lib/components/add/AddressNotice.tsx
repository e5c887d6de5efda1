/** What a text in the box means that isn't words. */
import type { FileAddress, HubAddress, RepositoryAddress } from '../../ai/discover/addressParts';
import { Button } from '../ui/Button';
import { Notice } from '../ui/Notice';
import { printable } from '../words/words';
import { Announced } from '../opened/Announced';

interface AddressNoticeProps {
  meant: Exclude<HubAddress, { kind: 'words' }>;
  onOpen: (address: RepositoryAddress | FileAddress) => void;
}

export function AddressNotice({ meant, onOpen }: AddressNoticeProps) {
  switch (meant.kind) {
    case 'repository': {
      const what = meant.path ?? meant.quantization;
      const part = what === undefined ? '' : `, ${printable(what)}`;
      return (
        <>
          <Announced text={`This is the address of ${meant.repository}. Enter opens it.`} />
          <Button
            label={`Open ${meant.repository}${part}`}
            icon="forward"
            tone="filled"
            onPress={() => onOpen(meant)}
          />
        </>
      );
    }
    case 'elsewhere':
      return (
        <>
          <Announced
            text={`This is the address of a file at ${hostOf(meant.url)}. Enter looks at it.`}
          />
          <Button
            label={`Look at the file at ${hostOf(meant.url)}`}
            icon="forward"
            tone="filled"
            onPress={() => onOpen(meant)}
          />
        </>
      );
    case 'unreadable':
      return (
        <Notice
          tone="warm"
          icon="info"
          title="This address can’t be used"
          text={`The text ${meant.problem}.`}
        />
      );
  }
}

function hostOf(url: string): string {
  return new URL(url).host;
}
