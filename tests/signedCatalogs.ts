/** A publisher of catalogs: its keys, roots and signatures, made with Node's own Ed25519, which the product doesn't use. */
import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

export interface Signer {
  key: string;
  secret: KeyObject;
}

export function createSigner(): Signer {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return { key: der.subarray(-32).toString('hex'), secret: privateKey };
}

export interface SignedText {
  signed: string;
  signatures: { key: string; signature: string }[];
}

export function signText(content: object | string, signers: readonly Signer[]): SignedText {
  const signed = typeof content === 'string' ? content : JSON.stringify(content);
  return { signed, signatures: signers.map((signer) => signatureOf(signed, signer)) };
}

export function signatureOf(signed: string, { key, secret }: Signer) {
  return { key, signature: sign(null, Buffer.from(signed), secret).toString('hex') };
}

export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

export const LATER = '2027-01-01T00:00:00Z';

export interface RootPlan {
  version?: number;
  firstRoot?: string | undefined;
  keys: readonly Signer[];
  threshold?: number;
  catalogKeys: readonly Signer[];
  catalogThreshold?: number;
  expires?: string;
}

export function rootOf({ keys, catalogKeys, ...plan }: RootPlan): object {
  return {
    type: 'modelshelf-root',
    version: 1,
    threshold: 1,
    catalogThreshold: 1,
    expires: LATER,
    ...plan,
    keys: keys.map(({ key }) => key),
    catalogKeys: catalogKeys.map(({ key }) => key),
  };
}

export interface StatementPlan {
  firstRoot: string;
  catalogText: string;
  version: number;
  expires?: string;
}

export function statementOf({ firstRoot, catalogText, version, ...plan }: StatementPlan): object {
  return {
    type: 'modelshelf-catalog',
    ...{ firstRoot, version, expires: LATER, ...plan },
    sizeBytes: Buffer.byteLength(catalogText),
    sha256: sha256(catalogText),
  };
}

export function signatureFile(roots: readonly SignedText[], catalog: SignedText): string {
  return JSON.stringify({ version: 1, roots, catalog });
}

/** A catalog with one model that needs no network. */
export function catalogOf(displayName: string, more: object = {}): string {
  const file = {
    role: 'weights',
    fileName: 'mine.gguf',
    source: {
      kind: 'remote',
      url: 'https://huggingface.co/me/mine/resolve/main/mine.gguf',
      sizeBytes: 5,
      sha256: 'b'.repeat(64),
    },
  };
  const build = { runtime: 'llama.cpp', quantization: 'Q8_0', files: [file] };
  const model = {
    ...{ modelId: 'mine', displayName, description: 'A model.', size: '1B', folderName: 'mine' },
    ...{
      huggingFaceUrl: 'https://huggingface.co/me/mine',
      license: 'MIT',
      builds: [build],
      ...more,
    },
  };
  return JSON.stringify({ version: 2, models: [model] });
}
