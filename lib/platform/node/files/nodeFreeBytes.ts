/** The number of bytes that can still be written, where the file system reports it. */
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

import { toldNumber } from '../../shared/told';
import { isAbsent } from '../nodeErrors';

export interface Volume {
  /** All blocks; 0 where the file system doesn't count blocks, as some network file systems. */
  blocks: number;
  bavail: number;
  bsize: number;
}

type Look = (folder: string) => Promise<Volume>;

/** Undefined where the system doesn't report it: a full disk is then noticed only when a write fails. */
export async function freeBytesAt(
  folder: string,
  look: Look = statfs,
): Promise<number | undefined> {
  try {
    const { blocks, bavail, bsize } = await look(folder);
    if (toldNumber(blocks, 1) === undefined || toldNumber(bsize, 1) === undefined) return undefined;
    return bavail > blocks ? undefined : toldNumber(bavail * bsize);
  } catch (error) {
    // The folder itself may not exist yet; its volume does.
    const parent = dirname(folder);
    return isAbsent(error) && parent !== folder ? freeBytesAt(parent, look) : undefined;
  }
}
