/** The names of the quantizations that a GGUF header states by a number (`general.file_type`, `llama_ftype` in llama.cpp). */

const NAMES: Readonly<Record<number, string>> = {
  ...{ 0: 'F32', 1: 'F16', 2: 'Q4_0', 3: 'Q4_1', 7: 'Q8_0', 8: 'Q5_0', 9: 'Q5_1' },
  ...{ 10: 'Q2_K', 11: 'Q3_K_S', 12: 'Q3_K_M', 13: 'Q3_K_L', 14: 'Q4_K_S', 15: 'Q4_K_M' },
  ...{ 16: 'Q5_K_S', 17: 'Q5_K_M', 18: 'Q6_K', 19: 'IQ2_XXS', 20: 'IQ2_XS', 21: 'Q2_K_S' },
  ...{ 22: 'IQ3_XS', 23: 'IQ3_XXS', 24: 'IQ1_S', 25: 'IQ4_NL', 26: 'IQ3_S', 27: 'IQ3_M' },
  ...{ 28: 'IQ2_S', 29: 'IQ2_M', 30: 'IQ4_XS', 31: 'IQ1_M', 32: 'BF16', 36: 'TQ1_0' },
  ...{ 37: 'TQ2_0', 38: 'MXFP4', 39: 'NVFP4', 40: 'Q1_0', 41: 'Q2_0' },
};

/** In a file’s name, such as `Qwen3-4B-Q4_K_M.gguf` or `model.UD-IQ2_XXS.gguf`. */
const IN_A_NAME =
  /(?:^|[-_.])((?:UD-)?(?:I?Q\d(?:_[A-Z0-9]+)*|TQ\d_\d|B?F16|F32|MXFP4))(?=[-_.]|$)/i;

/** A header that states nothing is followed by the file’s name; empty where neither tells. */
export function quantizationOf(fileType: unknown, fileName: string): string {
  const stated = typeof fileType === 'number' ? NAMES[fileType] : undefined;
  return stated ?? IN_A_NAME.exec(fileName)?.[1]?.toUpperCase() ?? '';
}
