/** Which addresses in an answer may be followed, and where each leads. Pure. */

export interface SafeLink {
  url: string;
  /** The host, or the mail address: what a person has to see before following it. */
  leadsTo: string;
}

const LONGEST = 2_000;

// Stricter than browsers, which read a backslash as a slash and drop tabs: what two readers could
// read in two ways isn't followed. A name before the host (`good.example@evil.example`) isn't, either.
const WEB =
  /^https?:\/\/((?:[\p{L}\p{N}_-]+\.)*[\p{L}\p{N}_-]+(?::\d{1,5})?)(?:[/?#][^\s\\<>]*)?$/iu;
const MAIL = /^mailto:([^\s\\<>?@]+@[\p{L}\p{N}.-]+)(?:\?[^\s\\<>]*)?$/iu;
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

/** The link of an address that a model wrote, or undefined for one that is to stay text. */
export function safeLink(address: string): SafeLink | undefined {
  if (address.length > LONGEST || UNPRINTABLE.test(address)) return undefined;
  const leadsTo = (WEB.exec(address) ?? MAIL.exec(address))?.[1];
  return leadsTo === undefined ? undefined : { url: address, leadsTo };
}
