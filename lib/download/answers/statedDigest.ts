/** The SHA-256 of a whole file that a server states in the head of an answer. Pure. */
import type { AnswerHead } from './answerHead';

/**
 * In lower-case hex. Undefined where nothing is stated, or two statements differ. An ETag says nothing: most are no
 * digests, and some only look like one. `Content-Digest` isn’t read, because it is of the sent part alone.
 */
export function statedSha256({
  header,
  linkedEtag,
}: Pick<AnswerHead, 'header' | 'linkedEtag'>): string | undefined {
  const stated = [
    inList(header('repr-digest'), /(?:^|,)\s*sha-256=:([^:]*):/i),
    inList(header('digest'), /(?:^|,)\s*sha-256=([^,]*)/i),
    ofWholeObject(header),
    linkedDigest(header('x-linked-etag')),
    linkedDigest(linkedEtag),
  ].filter((hex) => hex !== undefined);
  return new Set(stated).size === 1 ? stated[0] : undefined;
}

/** RFC 9530 (`Repr-Digest`) and its predecessor RFC 3230 (`Digest`): of the whole file, also in an answer with a part. */
function inList(value: string | undefined, pattern: RegExp): string | undefined {
  return hexOf(pattern.exec(value ?? '')?.[1]?.trim());
}

/** S3’s own header. For a file that was uploaded in parts, it is mostly the digest of the parts’ digests: `…-12`. */
function ofWholeObject(header: AnswerHead['header']): string | undefined {
  if (header('x-amz-checksum-type')?.toUpperCase() === 'COMPOSITE') return undefined;
  return hexOf(header('x-amz-checksum-sha256')?.trim());
}

/** Of a hub, for a file in its large-file storage. */
function linkedDigest(value: string | undefined): string | undefined {
  return /^"?([0-9a-f]{64})"?$/.exec(value?.trim() ?? '')?.[1];
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** 32 bytes in base64. Not by `atob`, which not every host has. */
function hexOf(base64: string | undefined): string | undefined {
  if (base64 === undefined || !/^[A-Za-z0-9+/]{43}=$/.test(base64)) return undefined;
  let bits = '';
  for (const letter of base64.slice(0, 43)) {
    bits += ALPHABET.indexOf(letter).toString(2).padStart(6, '0');
  }
  // The last two of the 258 bits belong to no byte.
  if (!bits.endsWith('00')) return undefined;
  let hex = '';
  for (let at = 0; at < 256; at += 4) hex += parseInt(bits.slice(at, at + 4), 2).toString(16);
  return hex;
}
