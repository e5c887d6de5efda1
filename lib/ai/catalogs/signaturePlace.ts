/** Where a catalog's signature lies: beside the catalog, under a name of its own. Pure. */

/** Of a path or an address; what follows a `?` or a `#` of an address stays. */
export function signaturePlace(catalog: string): string {
  const [, path = catalog, rest = ''] = /^([^?#]*)(.*)$/s.exec(catalog) ?? [];
  return `${path.replace(/\.json$/i, '')}.signature.json${rest}`;
}

/** Larger than any file with the roots of years. */
export const MAX_SIGNATURE_BYTES = 512 * 1024;
