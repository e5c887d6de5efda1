/** Which addresses in an answer may be links, and where each one leads. Pure. */

export interface SafeLink {
  url: string;
  /** The host or the mail address; a person has to see it before following the link. */
  leadsTo: string;
}

const LONGEST = 2_000;

// Stricter than browsers, which read a backslash as a slash and drop tabs: an address that two programs could read
// differently is no link, nor is one with a name before the host (`good.example@evil.example`).
const WEB =
  /^https?:\/\/((?:[\p{L}\p{N}_-]+\.)*[\p{L}\p{N}_-]+(?::\d{1,5})?)(?:[/?#][^\s\\<>]*)?$/iu;
const MAIL = /^mailto:([^\s\\<>?@]+@[\p{L}\p{N}.-]+)(?:\?[^\s\\<>]*)?$/iu;
// eslint-disable-next-line no-control-regex -- the pattern looks for control characters
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

/** The link for an address that a model wrote, or undefined if the address stays plain text. */
export function safeLink(address: string): SafeLink | undefined {
  if (address.length > LONGEST || UNPRINTABLE.test(address)) return undefined;
  const leadsTo = (WEB.exec(address) ?? MAIL.exec(address))?.[1];
  return leadsTo === undefined ? undefined : { url: address, leadsTo };
}
