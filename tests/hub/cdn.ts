/** The second origin: serves the bytes of large files to requests with a signed address that hasn't expired. */
import type { Holdings } from './access';
import { textReply } from './reply';
import type { HubRequest, Reply } from './reply';
import { xetHash } from './repos';
import type { HubFile } from './repos';
import type { Signer } from './signing';

const DENIED =
  '<?xml version="1.0" encoding="UTF-8"?><Error><Code>AccessDenied</Code><Message>Access denied</Message></Error>';

export function cdnFile(holdings: Holdings, request: HubRequest, signer: Signer): Reply {
  const found = findByHash(holdings, request.url.pathname.split('/').at(-1) ?? '');
  const name = found === undefined ? {} : { file: found.name };
  if (!signer.isValid(request.url)) {
    return { ...textReply(403, DENIED, { 'content-type': 'application/xml' }), ...name };
  }
  if (!found) return textReply(404, 'Not found');
  const { content } = found.file;
  return {
    status: 200,
    headers: {
      'content-type': 'application/octet-stream',
      'accept-ranges': 'bytes',
      'cache-control': 'public, max-age=31536000',
      etag: `"${xetHash(content)}"`,
      'x-cache': 'Hit from cloudfront',
    },
    body: content,
    carriesFile: true,
    ...name,
  };
}

/** A large file of any repository, at any commit. */
export function findByHash(
  { repos }: Holdings,
  hash: string,
): { name: string; file: HubFile } | undefined {
  for (const repo of repos.values()) {
    for (const files of [repo.files, ...Object.values(repo.olderCommits ?? {})]) {
      for (const [path, file] of Object.entries(files)) {
        if (file.lfs && xetHash(file.content) === hash) {
          return { name: `${repo.name}/${path}`, file };
        }
      }
    }
  }
  return undefined;
}
