/** A certificate for this machine that nobody vouches for until told to. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether one can be made: openssl is there. */
export const canMakeCertificates = (() => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
})();

export function makeCertificate() {
  const folder = mkdtempSync(join(tmpdir(), 'modelshelf-certificate-'));
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const names = ['-subj', '/CN=hub', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'];
  const files = ['-keyout', 'key.pem', '-out', 'certificate.pem'];
  const args = ['req', '-x509', ...key, '-days', '1', ...names, ...files];
  execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const pem = (name: string) => readFileSync(join(folder, name));
  return {
    tls: { key: pem('key.pem'), cert: pem('certificate.pem') },
    /** For NODE_EXTRA_CA_CERTS. */
    file: join(folder, 'certificate.pem'),
    remove: () => rmSync(folder, { recursive: true }),
  };
}
