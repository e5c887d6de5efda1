/** Decodes text in the encodings that editors and shells write. Pure. */

/**
 * UTF-8, or UTF-16 where the text begins with UTF-16's byte order mark: Windows PowerShell redirects output to
 * files in UTF-16. The mark isn't part of the result. Bytes that encode no character become U+FFFD.
 */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return decodeUtf16(bytes, 'little');
  if (first === 0xfe && second === 0xff) return decodeUtf16(bytes, 'big');
  return new TextDecoder().decode(bytes);
}

const STEP_UNITS = 4096;

// Written by hand, because not every host's `TextDecoder` supports UTF-16.
function decodeUtf16({ buffer, byteOffset, byteLength }: Uint8Array, order: 'little' | 'big') {
  const view = new DataView(buffer, byteOffset, byteLength);
  let text = '';
  for (let at = 2; at + 1 < byteLength; at += STEP_UNITS * 2) {
    const units: number[] = [];
    for (let unit = at; unit + 1 < Math.min(byteLength, at + STEP_UNITS * 2); unit += 2) {
      units.push(view.getUint16(unit, order === 'little'));
    }
    text += String.fromCharCode(...units);
  }
  return text;
}

export interface TextCollector {
  /** Takes a copy. */
  add(piece: Uint8Array): void;
  sizeBytes(): number;
  text(): string;
}

/**
 * Collects a text that arrives in pieces: the whole text is decoded at once, because only its beginning tells the
 * encoding.
 */
export function createTextCollector(): TextCollector {
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  return {
    add(piece) {
      pieces.push(piece.slice());
      sizeBytes += piece.byteLength;
    },
    sizeBytes: () => sizeBytes,
    text() {
      const whole = new Uint8Array(sizeBytes);
      let at = 0;
      for (const piece of pieces) {
        whole.set(piece, at);
        at += piece.byteLength;
      }
      return decodeText(whole);
    },
  };
}
