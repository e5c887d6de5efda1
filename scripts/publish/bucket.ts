/** One request to an S3-compatible store, signed by `aws4fetch`. Keys are read from the environment and never printed. */
import { createHash } from 'node:crypto';
import { AwsClient } from 'aws4fetch';

import { UsageError } from '../cli/usageError';
import { PublishError } from './publishTarget';

type Variables = Readonly<Record<string, string | undefined>>;

export interface BucketRequest {
  method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** The whole key, without the bucket. */
  key: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: Buffer;
}

export interface Bucket {
  /** Statuses that aren't in `accepts` reject. */
  ask(request: BucketRequest, accepts: readonly number[]): Promise<Response>;
}

/** @throws UsageError where a variable is missing */
export function createBucket(name: string, env: Variables): Bucket {
  const region = valueOf(env, 'AWS_REGION', 'AWS_DEFAULT_REGION') ?? 'us-east-1';
  const endpoint = valueOf(env, 'AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL');
  const host = endpoint ?? `https://s3.${region}.amazonaws.com`;
  const client = new AwsClient({ ...keysOf(env), region, service: 's3', retries: 4 });

  return {
    async ask({ method, key, query = {}, headers = {}, body }, accepts) {
      const path = key.split('/').map(encodeStrictly).join('/');
      const url = new URL(`${host.replace(/\/+$/, '')}/${name}/${path}`);
      for (const [parameter, value] of Object.entries(query)) {
        url.searchParams.set(parameter, value);
      }
      // The store compares the bytes that arrive with this.
      const sha256 = createHash('sha256')
        .update(body ?? '')
        .digest('hex');
      const init = {
        method,
        headers: { ...headers, 'x-amz-content-sha256': sha256 },
        ...(body && { body: Uint8Array.from(body) }),
      };
      let response: Response;
      try {
        response = await client.fetch(url.href, init);
      } catch (cause) {
        throw new PublishError(`${url.host} can’t be reached.`, { cause });
      }
      if (accepts.includes(response.status)) return response;
      const [, code = ''] = /<Code>(\w{1,60})<\/Code>/.exec(await response.text()) ?? [];
      throw new PublishError(
        `${url.host} answered ${String(response.status)} ${code} for ${method} ${key}.`,
      );
    },
  };
}

/** As S3 writes a key before it is signed: of the characters beside letters and digits only `-._~` stay. */
function encodeStrictly(text: string): string {
  const byCode = (character: string) =>
    `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  return encodeURIComponent(text).replace(/[!'()*]/g, byCode);
}

function keysOf(env: Variables) {
  const accessKeyId = valueOf(env, 'AWS_ACCESS_KEY_ID');
  const secretAccessKey = valueOf(env, 'AWS_SECRET_ACCESS_KEY');
  const sessionToken = valueOf(env, 'AWS_SESSION_TOKEN');
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw new UsageError('A bucket needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.');
  }
  return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
}

function valueOf(env: Variables, ...names: string[]): string | undefined {
  return names
    .map((name) => env[name]?.trim())
    .find((value) => value !== undefined && value !== '');
}
