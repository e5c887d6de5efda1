/** Licences that want acceptance: `--accept-license` accepts them, and the lock file keeps what was accepted. */
import * as v from 'valibot';

import { readLicenseText, type LicenseTextTools } from '../../lib/ai/added/licenseText';
import { withBuilds } from '../../lib/ai/runtimes/notation';
import { printable } from '../../lib/components/words/words';
import type { Reporter } from '../cli/reporter';
import type { Addition } from './lock/lockEntry';
import type { Lock } from './lock/lockFile';
import type { ShelfOptions } from './shelfOptions';

interface Licensed {
  addition: Addition;
  options: Pick<ShelfOptions, 'acceptsLicenses'>;
  reporter: Reporter;
}

/**
 * The addition with the digest of its licence's text and its acceptance, where the licence wants one and the option accepts
 * it. Without the option, a warning tells what `install` will need. @throws as `readLicenseText`
 */
export async function withLicense(
  tools: LicenseTextTools,
  { addition, options, reporter }: Licensed,
  signal: AbortSignal,
): Promise<Addition> {
  const { facts, builds } = addition;
  if (facts.needsAcceptance !== true) return addition;
  const { modelId, license, licenseText, huggingFaceUrl } = facts;
  const place = licenseText?.url ?? huggingFaceUrl;
  if (!options.acceptsLicenses) {
    // Two lines, because long ones are cut off and an address is long.
    const words = 'has to be accepted before the download: --accept-license accepts it';
    reporter.warn(`${modelId}: its licence (${printable(license)}) ${words}.`);
    reporter.warn(`${modelId}: read it at ${place}`);
    return addition;
  }
  const { textSha256 } = await readLicenseText(tools, withBuilds(facts, builds), signal);
  const event = { event: 'license-accepted', modelId, license, textSha256, url: place };
  reporter.tell(event, `${modelId}: licence ${printable(license)} accepted, as it is at ${place}`);
  const pinned = licenseText && { licenseText: { ...licenseText, sha256: textSha256 } };
  const acceptedLicense = { textSha256, acceptedAt: new Date().toISOString() };
  return { ...addition, facts: { ...facts, ...pinned }, acceptedLicense };
}

const acceptedSchema = v.object({ acceptedLicense: v.object({ textSha256: v.string() }) });

/** The digests of the texts that the lock states as accepted; `all` with the option. */
export function acceptedIn(
  { entries }: Pick<Lock, 'entries'>,
  { acceptsLicenses }: Pick<ShelfOptions, 'acceptsLicenses'>,
): readonly string[] | 'all' {
  if (acceptsLicenses) return 'all';
  return entries.flatMap((entry) => {
    const parsed = v.safeParse(acceptedSchema, entry);
    return parsed.success ? [parsed.output.acceptedLicense.textSha256] : [];
  });
}
