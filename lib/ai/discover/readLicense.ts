/** Reads the text of a repository's licence, for a person to read before the download. */
import { addressAt } from '../registry/loadModels';
import type { Repository } from './askRepository';
import { fileUrl } from './repositoryBuilds';
import { textOfSmallFile, type SmallFileTools } from './smallFile';

const MOST_BYTES = 256 * 1024;

export interface LicenseText {
  text: string;
  /** Of the file's bytes: a person's acceptance is kept with it. */
  sha256: string;
}

/**
 * The licence's file at the repository's commit. Undefined where the repository has none, or one of more than 256 KiB:
 * its card may still name a licence, or link to one.
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
  return textOfSmallFile(tools, { fileName: path, url, sizeBytes, sha256, gitSha1 }, signal);
}
