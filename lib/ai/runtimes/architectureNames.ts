/** Written by scripts/engines/writeArchitectures.ts from the installed packages: what their llama.cpp knows. */

/** The architectures that all of these engines know. */
const COMMON =
  'afmoe apertus arcee arctic arwkv7 baichuan bailingmoe bailingmoe2 bert bitnet bloom chameleon chatglm codeshell cogvlm cohere2 cohere2moe command-r dbrx deci deepseek deepseek2 deepseek2-ocr deepseek32 deepseek4 dflash dots1 dream eagle3 ernie4_5 ernie4_5-moe eurobert exaone exaone-moe exaone4 falcon falcon-h1 gemma gemma-embedding gemma2 gemma3 gemma3n gemma4 gemma4-assistant glm-dsa glm4 glm4moe gpt-oss gpt2 gptj gptneox granite granitehybrid granitemoe grok grovemoe hunyuan-dense hunyuan-moe hunyuan_vl hy_v3 internlm2 jais jais2 jamba jina-bert-v2 jina-bert-v3 kimi-linear laguna lfm2 lfm2moe llada llada-moe llama llama-embed llama4 maincoder mamba mamba2 mellum mimo2 minicpm minicpm3 minimax-m2 minimax-m3 mistral3 mistral4 modern-bert mpt nanbeige nemotron nemotron_h nemotron_h_moe neo-bert nomic-bert nomic-bert-moe olmo olmo2 olmoe openelm orion paddleocr pangu-embedded phi2 phi3 phimoe plamo plamo2 plamo3 plm qwen qwen2 qwen2moe qwen2vl qwen3 qwen35 qwen35moe qwen3moe qwen3next qwen3vl qwen3vlmoe refact rnd1 rwkv6 rwkv6qwen2 rwkv7 seed_oss smallthinker smollm3 stablelm starcoder starcoder2 step35 t5 t5encoder talkie wavtokenizer-dec xverse';

/** By an engine's name: the version of its package, and the other architectures that it knows. */
const ENGINES = {
  'llama.rn': { version: '0.12.9', more: '' },
  'node-llama-cpp': {
    version: '3.21.1',
    more: 'bailingmoe3 dots3note granite_swa graniteswitch kimi-k3 minimax-01 muse-glimmer pockettts qwen3tts qwen4exp',
  },
  wllama: {
    version: '3.13.0',
    more: 'bailingmoe3 beam clef clover_moe deepseek41 dots3note flint gemma-embedding2 glm5-next granite-switch granite_swa hrm_text hy_v4 k2-horizon kimi-k3 kimi-k31 kolibri1 lfm3 limite maion-coder maple metis16 minimax-01 mistral-large4 muse-glimmer muse-spark pockettts qwen3tts qwen4exp ricursive sensenova_u1 spark2_5 vllm-decision2 xing4_0',
  },
};

export const ENGINE_ARCHITECTURES: Readonly<
  Record<string, { version: string; names: ReadonlySet<string> }>
> = Object.fromEntries(
  Object.entries(ENGINES).map(([name, { version, more }]) => [
    name,
    {
      version,
      names: new Set([COMMON, more].flatMap((names) => names.split(' ')).filter(Boolean)),
    },
  ]),
);
