/** Decides which addresses are this computer itself: only these may be asked over plain http. Pure. */

/**
 * Whether data sent to the address never leaves this computer, on any host: `localhost`, 127.0.0.0/8,
 * also mapped into IPv6, and ::1. `new URL` has already normalised spellings such as `0x7f.1` and
 * `[0:0::1]`.
 *
 * The rule for potentially trustworthy origins (https://w3c.github.io/webappsec-secure-contexts/)
 * also accepts `localhost.` and `*.localhost`, on the condition that these names are never looked up in
 * a network. Browsers guarantee that; the resolvers of Node and of phones don't. 0.0.0.0 and [::] aren't
 * accepted, because it depends on the system where such a connection leads.
 */
export function isLoopback({ hostname }: Pick<URL, 'hostname'>): boolean {
  return (
    hostname === 'localhost' ||
    hostname === '[::1]' ||
    /^127(\.\d{1,3}){3}$/.test(hostname) ||
    /^\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\]$/.test(hostname)
  );
}
