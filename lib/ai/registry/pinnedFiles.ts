/**
 * Sizes and digests of the registry's files that the registry itself doesn't state, by their addresses. Written by
 * `pnpm registry:pin` from what the hub states; `pnpm registry:check` compares it with the hub again.
 */
export const PINNED_FILES: Readonly<Record<string, { sizeBytes: number; sha256: string }>> = {};
