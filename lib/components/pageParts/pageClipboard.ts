/** Copying, as the app does it: Metro takes this module in place of expo-clipboard, which can also paste and watch. */

/** Resolves with whether the text was copied. */
export async function setStringAsync(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // The browser forbids it, or has no clipboard for a page that came over plain http.
    return copySelected(text);
  }
}

function copySelected(text: string): boolean {
  const field = document.createElement('textarea');
  field.value = text;
  document.body.append(field);
  field.select();
  try {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only way on such a page
    return document.execCommand('copy');
  } finally {
    field.remove();
  }
}

/** `base64` is a PNG picture. Rejects where the browser lets no page copy a picture. */
export async function setImageAsync(base64: string): Promise<void> {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const picture = new Blob([bytes], { type: 'image/png' });
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': picture })]);
}
