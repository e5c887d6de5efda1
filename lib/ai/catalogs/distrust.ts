/** The reasons for which a catalog isn't trusted. */

export const CATALOG_DISTRUSTS = [
  /** No signature came with it, and the app wants one. */
  'unsigned',
  /** What came as its signature can't be read as one. */
  'unreadable',
  /** The root that the app is configured with can't be used. */
  'no-root',
  /** A change of the root isn't signed by enough keys of the root before it and of its own. */
  'root-signature',
  /** Its root is older than one that was accepted here. */
  'root-rollback',
  /** Too few of the catalog keys have signed it. */
  'signature',
  /** It is signed for another app. */
  'other-root',
  /** A newer one, or another one of the same version, was accepted here. */
  'rollback',
  /** Its version is so much higher than the last one that no later version could be accepted. */
  'fast-forward',
  /** Its text isn't the one that was signed. */
  'content',
] as const;
export type CatalogDistrust = (typeof CATALOG_DISTRUSTS)[number];

const REASONS: Readonly<Record<CatalogDistrust, { reason: string }>> = {
  unsigned: { reason: 'It has no signature.' },
  unreadable: { reason: 'Its signature can’t be read.' },
  'no-root': { reason: 'The root in the settings of this app can’t be used.' },
  'root-signature': { reason: 'Its root isn’t signed by the keys of the root before it.' },
  'root-rollback': { reason: 'Its root is older than one that was accepted before.' },
  signature: { reason: 'It isn’t signed by the keys of its publisher.' },
  'other-root': { reason: 'It is signed for another app.' },
  rollback: { reason: 'It is older than the catalog that was accepted before.' },
  'fast-forward': { reason: 'Its version is too high to follow the last one.' },
  content: { reason: 'It isn’t the text that was signed.' },
};

/** A whole sentence. */
export function distrustReason(why: CatalogDistrust): string {
  return REASONS[why].reason;
}
