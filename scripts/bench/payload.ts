/** A file of noise that stands for a model, and what is known of it. */
import { createHash, randomFillSync } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';

export const REPO = 'bench/model';
export const MIB = 1024 * 1024;
const STEP_BYTES = 16 * MIB;

export interface Payload {
  fileName: string;
  sizeBytes: number;
  sha256: string;
  /** Where a commit's hash stands in an address. */
  revision: string;
}

/** Written to `folder`, where it stays in the page cache if there is room. */
export async function makePayload(folder: string, sizeBytes: number): Promise<Payload> {
  const fileName = `noise-${sizeBytes}.gguf`;
  const hash = createHash('sha256');
  const step = Buffer.allocUnsafe(Math.min(STEP_BYTES, sizeBytes));
  const file = await open(join(folder, fileName), 'wx');
  for (let at = 0; at < sizeBytes; at += step.length) {
    const bytes = randomFillSync(step).subarray(0, Math.min(step.length, sizeBytes - at));
    hash.update(bytes);
    await file.write(bytes, 0, bytes.length, at);
  }
  // What is still to be written to the disk would slow down the first who is measured.
  await file.sync();
  await file.close();
  const sha256 = hash.digest('hex');
  return { fileName, sizeBytes, sha256, revision: sha256.slice(0, 40) };
}

export function payloadPath({ fileName, revision }: Payload): string {
  return `/${REPO}/resolve/${revision}/${fileName}`;
}

export async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: MIB })) {
    hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}
