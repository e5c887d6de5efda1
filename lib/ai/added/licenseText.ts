/** Downloads the text of a model's licence and computes its digest. */
import { askText, type AskTools } from '../../download/answers/askText';
import { failureOf } from '../../download/answers/readAnswer';
import { finallyDo } from '../../download/flow/finallyDo';
import { sum } from '../../download/plan/plan';
import { digestOf } from '../../download/store/verifyFiles';
import { ModelError } from '../../errors';
import type { Digester, FileStore, Peers } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import { addressAt } from '../registry/atEndpoint';

export interface LicenseTextTools extends AskTools {
  files: FileStore;
  digester: Digester;
  peers: Pick<Peers, 'withLock'>;
  hubEndpoint: string;
}

export interface LicenseText {
  text: string;
  /** Of the text in UTF-8, in lower-case hex. */
  textSha256: string;
}

/** Much longer than any licence. */
const MAX_TEXT_BYTES = 1024 * 1024;

/** The text goes through a file, because the hosts compute digests of files only. It is removed at once. */
const FOLDER = '.license';
const PATH = `${FOLDER}/text`;

/**
 * Without an address of a text, the text is the licence's name and the address of the model's page.
 * @throws ModelError NET_*, HTTP_*, NOT_A_MODEL for a page, HASH_MISMATCH for another text than the model states, DISK_IO
 */
export async function readLicenseText(
  tools: LicenseTextTools,
  { license, licenseText, huggingFaceUrl }: LlmModelConfig,
  signal: AbortSignal,
): Promise<LicenseText> {
  if (licenseText === undefined) {
    const text = `${license}\n${huggingFaceUrl}\n`;
    return { text, textSha256: await sha256Of(tools, text, signal) };
  }
  const text = await fetchLicense(tools, licenseText.url, signal);
  const textSha256 = await sha256Of(tools, text, signal);
  const { sha256: expected = textSha256 } = licenseText;
  if (textSha256 !== expected) {
    const details = { fileName: nameOf(licenseText.url), expected, actual: textSha256 };
    throw new ModelError('HASH_MISMATCH', details);
  }
  return { text, textSha256 };
}

async function fetchLicense(
  tools: LicenseTextTools,
  stated: string,
  signal: AbortSignal,
): Promise<string> {
  const url = addressAt(stated, tools.hubEndpoint);
  const answer = await askText(tools, { url, maxBytes: MAX_TEXT_BYTES }, signal);
  const { status, text, headers } = answer;
  if (status !== 200) throw failureOf({ status, url, header: (name) => headers[name] });
  const contentType = headers['content-type'] ?? '';
  // The login page of a network must not be accepted in place of the licence.
  if (/^text\/html/i.test(contentType) || text.trim() === '') {
    throw new ModelError('NOT_A_MODEL', { host: new URL(url).host, contentType });
  }
  return text;
}

function sha256Of(tools: LicenseTextTools, text: string, signal: AbortSignal): Promise<string> {
  const { files, digester, peers } = tools;
  const read = async () => {
    await files.writeText(PATH, text);
    const sizeBytes = sum((await files.list(FOLDER)).map((entry) => entry.sizeBytes));
    return digestOf(digester, { path: PATH, algorithm: 'sha256', sizeBytes, signal });
  };
  return peers.withLock('license-text', () => finallyDo(read, () => files.remove(FOLDER)), {
    signal,
  });
}

function nameOf(url: string): string {
  return new URL(url).pathname.split('/').at(-1) ?? '';
}
