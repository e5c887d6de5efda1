/** Whether this browser's WebAssembly has 64-bit memory addresses: Chromium since 133, Firefox since 134, Safari not yet. */
export function hasMemory64(): boolean {
  try {
    new WebAssembly.Memory({ address: 'i64', initial: 1n } as never);
    return true;
  } catch {
    return false;
  }
}
