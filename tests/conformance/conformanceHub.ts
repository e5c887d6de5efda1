/** The hub that the downloader's suite is run against, with its two files. For Node; a browser gets the address. */
import { bytesContent, noiseContent } from '../hub/content';
import { startHub } from '../hub/server';
import type { HubAddress } from './hubControl';
import type { ServedFile } from './downloaderSubject';

const REPO = 'conformance/model';
const LARGE_BYTES = 600_000;

/** Plain data, so that it can be handed to a browser. */
export interface ConformanceHub extends HubAddress {
  largeFile: ServedFile;
  smallFile: ServedFile;
  deadUrl: string;
}

export async function startConformanceHub() {
  const large = noiseContent('conformance', LARGE_BYTES);
  const small = bytesContent('{"made": "for the suite", "text": "é"}\n');
  const commit = 'c0ffee'.padEnd(40, '0');
  const hub = await startHub({
    repos: [
      {
        name: REPO,
        commit,
        files: {
          'weights.bin': { content: large, lfs: true },
          'config.json': { content: small, lfs: false },
        },
      },
    ],
  });
  const served = (path: string, content: typeof large): ServedFile => ({
    url: `${hub.endpoint}/${REPO}/resolve/${commit}/${path}`,
    sizeBytes: content.sizeBytes,
    sha256: content.digest('sha256'),
  });
  const address: ConformanceHub = {
    endpoint: hub.endpoint,
    large: { repo: REPO, revision: commit, path: 'weights.bin' },
    largeFile: served('weights.bin', large),
    smallFile: served('config.json', small),
    // Of the discard service, which nothing runs any more.
    deadUrl: 'http://127.0.0.1:9/weights.bin',
  };
  return { hub, address, close: () => hub.close() };
}
