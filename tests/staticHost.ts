/** A plain static host in front of a folder: ranges, and what `_headers` says, as Netlify and Cloudflare Pages read it. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface StaticHost {
  url: string;
  /** Each request, with the bytes that were sent. */
  log: { path: string; sentBytes: number }[];
  close(): void;
}

export async function startStaticHost(folder: string): Promise<StaticHost> {
  const log: StaticHost['log'] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '/');
    void readFile(join(folder, path)).then(
      (whole) => {
        const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
        const [start, end] = [Number(from ?? 0), to ? Number(to) + 1 : whole.length];
        const body = whole.subarray(start, end);
        log.push({ path, sentBytes: body.length });
        const range = `bytes ${String(start)}-${String(start + body.length - 1)}/${String(whole.length)}`;
        const headers = from === undefined ? {} : { 'Content-Range': range };
        response.writeHead(from === undefined ? 200 : 206, {
          ...headers,
          'Content-Length': body.length,
          'Accept-Ranges': 'bytes',
          ETag: `"${String(whole.length)}"`,
        });
        response.end(body);
      },
      () => response.writeHead(404).end(),
    );
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    url,
    log,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
