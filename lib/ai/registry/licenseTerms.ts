/** Which licences have terms that a person should accept before a download. Pure. */

/** By the hub's ids (https://huggingface.co/docs/hub/repositories-licenses): `llama3.2`, `gemma`, `openrail`. */
const IDS =
  /^(llama\d|gemma$|apple-amlr|deepfloyd-if|fair-noncommercial|grok\d|h-research|intel-research|.*openrail|.*-rail-)/i;

/** By the names that owners give: `Llama 3.2 Community License`, `Gemma Terms of Use`. */
const NAMES = /\b(community|research|non-?commercial) licen[cs]e|terms of use|acceptable use/i;

/**
 * Whether a licence, by the hub's id or its owner's name for it, has terms of use of its own. Open licences such as
 * `apache-2.0` and `mit` have none, nor has a licence that isn't stated.
 */
export function licenseWantsAcceptance(license: string): boolean {
  return IDS.test(license.trim()) || NAMES.test(license);
}
