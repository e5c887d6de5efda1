/** Reads the text of a repository's licence, for a person to read before the download. */
import { addressAt } from '../registry/atEndpoint';
import type { Repository } from './askRepository';
import { fileUrl } from './addressParts';
import { textOfSmallFile, type SmallFileTools } from './smallFile';

const MOST_BYTES = 256 * 1024;

export interface LicenseText {
  text: string;
  /** Of the text in UTF-8, which is the file's: a person's acceptance is kept with it. */
  sha256: string;
}

/**
 * The licence's file at the repository's commit. Undefined where the repository has none, or one that is larger than
 * 256 KiB or isn't plain text in UTF-8: its card may still name a licence, or link to one.
 * @throws ModelError NET_*, HTTP_* (HTTP_GATED without access), NOT_A_MODEL, HASH_MISMATCH, DISK_IO; AbortError
 */
export async function readLicense(
  tools: SmallFileTools,
  { name, commit, licensePath, files }: Repository,
  signal: AbortSignal,
): Promise<LicenseText | undefined> {
  const file = files.find(({ path }) => path === licensePath);
  if (file === undefined || file.sizeBytes > MOST_BYTES) return undefined;
  const { path, sizeBytes, sha256, gitSha1 } = file;
  const url = addressAt(fileUrl({ name, commit, path }), tools.hubEndpoint);
  const wanted = { fileName: path, url, sizeBytes, sha256, gitSha1 };
  const read = await textOfSmallFile(tools, wanted, signal);
  // A reader drops a byte order mark and replaces what isn't UTF-8, so that the digest isn't the text's any more.
  return utf8Length(read.text) === sizeBytes && !read.text.includes('\ufffd') ? read : undefined;
}

function utf8Length(text: string): number {
  let length = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return length;
}
