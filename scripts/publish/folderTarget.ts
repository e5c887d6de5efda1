/** Publishes into a folder, which is then put on any static host. */
import {
  copyFile,
  constants,
  mkdir,
  open,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { reasonOf, systemCode } from '../../lib/platform/node/nodeErrors';
import { PublishError, type PublishTarget } from './publishTarget';

/** Read by Netlify and Cloudflare Pages. Other hosts need these headers in their own settings. */
const HEADERS_FILE = `/files/*
  Cache-Control: public, max-age=31536000, immutable
  Access-Control-Allow-Origin: *
/indexes/*
  Cache-Control: public, max-age=31536000, immutable
  Access-Control-Allow-Origin: *
/catalog*
  Cache-Control: public, max-age=60, must-revalidate
  Access-Control-Allow-Origin: *
`;

export function createFolderTarget(folder: string): PublishTarget {
  const at = (name: string) => join(folder, ...name.split('/'));

  /** `write` gets a path beside the final one; nobody sees a part of a file under its name. */
  async function place(name: string, write: (staging: string) => Promise<void>): Promise<void> {
    const path = at(name);
    const staging = `${path}.${String(process.pid)}.part`;
    try {
      await mkdir(dirname(path), { recursive: true });
      await write(staging);
      await rename(staging, path);
    } catch (error) {
      await rm(staging, { force: true });
      throw new PublishError(`${path} can’t be written: ${reasonOf(error)}.`, { cause: error });
    }
  }

  async function putText(name: string, text: string): Promise<void> {
    await place(name, (staging) => writeFile(staging, text, { flush: true }));
  }

  return {
    async sizeOf(name) {
      try {
        return (await stat(at(name))).size;
      } catch (error) {
        if (systemCode(error) === 'ENOENT') return undefined;
        throw new PublishError(`${at(name)} can’t be read: ${reasonOf(error)}.`, { cause: error });
      }
    },

    async readText(name) {
      try {
        return await readFile(at(name), 'utf8');
      } catch (error) {
        if (systemCode(error) === 'ENOENT') return undefined;
        throw new PublishError(`${at(name)} can’t be read: ${reasonOf(error)}.`, { cause: error });
      }
    },

    async putText(name, text) {
      await putText(name, text);
      await putText('_headers', HEADERS_FILE);
    },

    putFile: (name, file, { onProgress }) =>
      place(name, async (staging) => {
        // A clone where the file system can: no byte is copied.
        await copyFile(file.path, staging, constants.COPYFILE_FICLONE);
        const handle = await open(staging, 'r+');
        await handle.sync().finally(() => handle.close());
        onProgress(file.sizeBytes);
      }),
  };
}
