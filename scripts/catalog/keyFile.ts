/** Secret keys of Ed25519 in files that only their owner can read, in the form that OpenSSL writes, too (PKCS #8, PEM). */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  type KeyObject,
} from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';

import { reasonOf, systemCode } from '../../lib/platform/node/nodeErrors';
import { CatalogCommandError } from './catalogCommandError';

export interface SigningKey {
  /** The public key, in lower-case hex. */
  key: string;
  /** In lower-case hex. */
  sign(text: string): string;
}

/** Writes a new key to a new file; an existing file is never replaced. Resolves with the public key. */
export async function createKeyFile(path: string): Promise<string> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  try {
    await writeFile(path, pem, { mode: 0o600, flag: 'wx', flush: true });
  } catch (error) {
    const isThere = systemCode(error) === 'EEXIST';
    const reason = isThere ? 'is there already, and a key is never replaced' : reasonOf(error);
    throw new CatalogCommandError(`${path} ${isThere ? '' : 'can’t be written: '}${reason}.`);
  }
  return publicKeyOf(privateKey);
}

/** The errors never quote the file. @throws CatalogCommandError also for a file that other accounts can read */
export async function readKeyFile(path: string): Promise<SigningKey> {
  const secret = await readSecret(path);
  return {
    key: publicKeyOf(secret),
    sign: (text) => sign(null, Buffer.from(text), secret).toString('hex'),
  };
}

async function readSecret(path: string): Promise<KeyObject> {
  let pem: string;
  try {
    const { mode } = await stat(path);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new CatalogCommandError(
        `${path} can be read by other accounts of this computer. Run chmod 600 on it.`,
      );
    }
    pem = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof CatalogCommandError) throw error;
    throw new CatalogCommandError(`${path} can’t be read: ${reasonOf(error)}.`);
  }
  try {
    const secret = createPrivateKey(pem);
    if (secret.asymmetricKeyType === 'ed25519') return secret;
  } catch {
    // The same words as below: what OpenSSL says may quote the file.
  }
  throw new CatalogCommandError(`${path} is no secret key of Ed25519.`);
}

function publicKeyOf(secret: KeyObject): string {
  const der = createPublicKey(secret).export({ type: 'spki', format: 'der' });
  return der.subarray(-32).toString('hex');
}
