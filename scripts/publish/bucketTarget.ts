/** Publishes into a bucket of an S3-compatible store. A large file goes in parts, and goes on after an interruption. */
import { createHash } from 'node:crypto';
import { open, readFile, type FileHandle } from 'node:fs/promises';

import type { Bucket } from './bucket';
import {
  PublishError,
  type LocalFile,
  type PublishedHeaders,
  type PublishTarget,
} from './publishTarget';

/** At most 10,000 parts: files up to 312 GiB. Stores want 5 MiB or more for each but the last. */
const PART_BYTES = 32 * 1024 * 1024;

export function createBucketTarget(
  bucket: Bucket,
  prefix: string,
  partBytes = PART_BYTES,
): PublishTarget {
  const keyOf = (name: string) => (prefix === '' ? name : `${prefix}/${name}`);

  return {
    async sizeOf(name) {
      const response = await bucket.ask({ method: 'HEAD', key: keyOf(name) }, [200, 404]);
      const size = response.headers.get('content-length');
      return response.status === 200 && size !== null ? Number(size) : undefined;
    },

    async readText(name) {
      const response = await bucket.ask({ method: 'GET', key: keyOf(name) }, [200, 404]);
      return response.status === 200 ? response.text() : undefined;
    },

    async putText(name, text, headers) {
      const body = Buffer.from(text);
      const request = { method: 'PUT', key: keyOf(name), headers: written(headers), body } as const;
      await bucket.ask(request, [200]);
    },

    async putFile(name, file, { headers, onProgress }) {
      const key = keyOf(name);
      if (file.sizeBytes <= partBytes) {
        const body = await readFile(file.path);
        await bucket.ask({ method: 'PUT', key, headers: written(headers), body }, [200]);
        onProgress(file.sizeBytes);
        return;
      }
      await putInParts(bucket, { key, file, headers, partBytes, onProgress });
    },
  };
}

function written({ contentType, cacheControl }: PublishedHeaders): Record<string, string> {
  return { 'content-type': contentType, 'cache-control': cacheControl };
}

interface PartedFile {
  key: string;
  file: LocalFile;
  headers: PublishedHeaders;
  partBytes: number;
  onProgress: (bytes: number) => void;
}

async function putInParts(bucket: Bucket, parted: PartedFile): Promise<void> {
  const { key, file, partBytes, onProgress } = parted;
  const uploadId = (await findUpload(bucket, key)) ?? (await beginUpload(bucket, parted));
  const had = await listParts(bucket, key, uploadId);
  const etags: string[] = [];
  const handle = await open(file.path, 'r');
  try {
    for (let at = 0; at < file.sizeBytes; at += partBytes) {
      const number = etags.length + 1;
      const body = await readPart(handle, at, Math.min(partBytes, file.sizeBytes - at));
      const md5 = createHash('md5').update(body).digest('hex');
      // What an interrupted upload has left counts only if it has the same bytes.
      const etag = had.get(number) === md5 ? md5 : undefined;
      etags.push(etag ?? (await putPart(bucket, { key, uploadId, number, body })));
      onProgress(Math.min(at + partBytes, file.sizeBytes));
    }
  } finally {
    await handle.close();
  }
  await endUpload(bucket, { key, uploadId, etags });
}

async function readPart(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const body = Buffer.alloc(length);
  const { bytesRead } = await handle.read(body, 0, length, at);
  if (bytesRead === length) return body;
  throw new PublishError('A file became shorter while it was read.');
}

/** The newest upload of this file that was begun and not ended. */
async function findUpload(bucket: Bucket, key: string): Promise<string | undefined> {
  const query = { uploads: '', prefix: key };
  // Some stores can't list them, and some keys may not: then every upload begins anew.
  const response = await bucket.ask({ method: 'GET', key: '', query }, [200, 403, 405, 501]);
  if (response.status !== 200) return undefined;
  const text = await response.text();
  const uploads = [...text.matchAll(/<Upload>(.*?)<\/Upload>/gs)].map(([, upload = '']) => upload);
  const same = uploads.filter((upload) => unescapeXml(textIn(upload, 'Key')) === key);
  return same.map((upload) => textIn(upload, 'UploadId')).at(-1);
}

async function beginUpload(bucket: Bucket, { key, headers }: PartedFile): Promise<string> {
  const request = {
    method: 'POST',
    key,
    query: { uploads: '' },
    headers: written(headers),
  } as const;
  const text = await (await bucket.ask(request, [200])).text();
  const uploadId = textIn(text, 'UploadId');
  if (uploadId !== '') return uploadId;
  throw new PublishError('The store began no upload.');
}

/** The MD5 of each part that is there, by its number. */
async function listParts(
  bucket: Bucket,
  key: string,
  uploadId: string,
): Promise<Map<number, string>> {
  const parts = new Map<number, string>();
  let after = '0';
  for (;;) {
    const query = { uploadId, 'part-number-marker': after };
    const text = await (await bucket.ask({ method: 'GET', key, query }, [200])).text();
    for (const [, part = ''] of text.matchAll(/<Part>(.*?)<\/Part>/gs)) {
      parts.set(Number(textIn(part, 'PartNumber')), bare(unescapeXml(textIn(part, 'ETag'))));
    }
    const next = textIn(text, 'NextPartNumberMarker');
    if (textIn(text, 'IsTruncated') !== 'true' || next === after || next === '') return parts;
    after = next;
  }
}

async function putPart(
  bucket: Bucket,
  part: { key: string; uploadId: string; number: number; body: Buffer },
): Promise<string> {
  const { key, uploadId, number, body } = part;
  const query = { partNumber: String(number), uploadId };
  const response = await bucket.ask({ method: 'PUT', key, query, body }, [200]);
  return bare(response.headers.get('etag') ?? '');
}

async function endUpload(
  bucket: Bucket,
  { key, uploadId, etags }: { key: string; uploadId: string; etags: readonly string[] },
): Promise<void> {
  const parts = etags.map(
    (etag, index) =>
      `<Part><PartNumber>${String(index + 1)}</PartNumber><ETag>"${etag}"</ETag></Part>`,
  );
  const body = Buffer.from(`<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`);
  const request = { method: 'POST', key, query: { uploadId }, body } as const;
  const text = await (await bucket.ask(request, [200])).text();
  // A store answers 200 before it knows whether it succeeds.
  if (text.includes('</CompleteMultipartUploadResult>')) return;
  throw new PublishError(`The store didn’t put ${key} together. ${textIn(text, 'Code')}`.trim());
}

function textIn(xml: string, tag: string): string {
  return new RegExp(`<${tag}>(.*?)</${tag}>`, 's').exec(xml)?.[1] ?? '';
}

function unescapeXml(text: string): string {
  return text.replaceAll('&quot;', '"').replaceAll('&#34;', '"').replaceAll('&amp;', '&');
}

function bare(etag: string): string {
  return etag.replaceAll('"', '');
}
