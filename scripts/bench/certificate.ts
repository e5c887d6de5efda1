/** A certificate for this computer by all its addresses, and the authority that signed it, good for a day. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Certificate {
  authorityFile: string;
  certificateFile: string;
  keyFile: string;
}

export function makeCertificate(folder: string, addresses: readonly string[]): Certificate {
  const openssl = (...args: string[]) =>
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl(
    ...['req', '-x509', ...key, '-days', '1', '-subj', '/CN=bench authority'],
    ...['-keyout', 'authority.key', '-out', 'authority.pem'],
  );
  openssl(
    ...['req', ...key, '-subj', '/CN=localhost', '-keyout', 'server.key', '-out', 'server.csr'],
  );
  const names = ['DNS:localhost', ...addresses.map((address) => `IP:${address}`)];
  writeFileSync(join(folder, 'names'), `subjectAltName=${names.join(',')}\n`);
  openssl(
    ...['x509', '-req', '-in', 'server.csr', '-days', '1', '-extfile', 'names'],
    ...['-CA', 'authority.pem', '-CAkey', 'authority.key', '-CAcreateserial', '-out', 'server.pem'],
  );
  return {
    authorityFile: join(folder, 'authority.pem'),
    certificateFile: join(folder, 'server.pem'),
    keyFile: join(folder, 'server.key'),
  };
}
