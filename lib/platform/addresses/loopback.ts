/** Which addresses are this computer itself: what plain http may be trusted with. Pure. */

/**
 * Whether nothing that is sent to the address can leave this computer, on any host: `localhost`,
 * 127.0.0.0/8 and ::1, the latter two also as IPv6 writes the former. `new URL` has already made
 * one spelling of `0x7f.1` and `[0:0::1]`.
 *
 * The rule for potentially trustworthy origins (https://w3c.github.io/webappsec-secure-contexts/)
 * also counts `localhost.` and `*.localhost`, under the condition that these names are never asked
 * from a network. Browsers promise that; the resolvers of Node and of phones don't. 0.0.0.0 and
 * [::] are no destinations: what answers there depends on the system.
 */
export function isLoopback({ hostname }: Pick<URL, 'hostname'>): boolean {
  return (
    hostname === 'localhost' ||
    hostname === '[::1]' ||
    /^127(\.\d{1,3}){3}$/.test(hostname) ||
    /^\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\]$/.test(hostname)
  );
}
