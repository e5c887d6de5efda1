/** The page's side of parts of files: one worker reads and hashes them, the other one writes. */
import type { FileRanges } from '../../types';
import type { WebDigester } from './webDigester';
import type { WebFiles } from './webFiles';

export function createWebFileRanges(
  digester: Pick<WebDigester, 'readBytes' | 'digestRanges'>,
  { copyRanges }: Pick<WebFiles, 'copyRanges'>,
): FileRanges {
  return {
    async read(path, { startBytes, endBytes }) {
      const request = { path, startBytes, lengthBytes: endBytes - startBytes };
      return (await digester.readBytes(request)) ?? new Uint8Array();
    },
    digests: digester.digestRanges,
    copy: copyRanges,
  };
}
