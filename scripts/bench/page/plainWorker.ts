/** The plain way in a worker: what the default reader gives goes through a synchronous handle, unverified. */
interface Request {
  url: string;
  fileName: string;
}

/** Of a worker, which the types of a page don't know. */
interface SyncHandle {
  write(bytes: Uint8Array, options: { at: number }): number;
  flush(): void;
  close(): void;
}

self.onmessage = async ({ data: { url, fileName } }: MessageEvent<Request>) => {
  const folder = await navigator.storage.getDirectory();
  const file = await folder.getFileHandle(fileName, { create: true });
  const open = file as unknown as { createSyncAccessHandle(): Promise<SyncHandle> };
  const handle = await open.createSyncAccessHandle();
  const { body } = await fetch(url);
  const reader = body?.getReader();
  let at = 0;
  for (;;) {
    const chunk = await reader?.read();
    if (!chunk?.value) break;
    at += handle.write(chunk.value, { at });
  }
  handle.flush();
  handle.close();
  self.postMessage(at);
};
