/** Families that answer at once. */
import type { Family } from './family';
import { chatml, headed, IM_END, inst, NO_SYSTEM, shape, STRICT } from './shapes';

const HEADERS = '<|start_header_id|>ROLE<|end_header_id|>\\n\\n';

export const PLAIN: readonly Family[] = [
  {
    ...{ name: 'Llama 2', architecture: 'llama', system: 'taken', isStrict: true },
    ...{ stopTokens: ['</s>'], template: inst({ system: "'<<SYS>>' + text + '<</SYS>>'" }) },
  },
  {
    ...{ name: 'Llama 3', startOfText: '<|begin_of_text|>', endOfText: '<|eot_id|>' },
    ...{ architecture: 'llama', system: 'taken', stopTokens: ['<|eot_id|>'] },
    template: headed(HEADERS, '<|eot_id|>', { before: 'bos_token' }),
  },
  {
    ...{ name: 'Llama 3.2', startOfText: '<|begin_of_text|>', endOfText: '<|eot_id|>' },
    ...{ architecture: 'llama', system: 'taken', stopTokens: ['<|eot_id|>', '<|eom_id|>'] },
    template: headed(HEADERS, '<|eot_id|>', {
      before: "bos_token + 'Today: ' + strftime_now('%d %b %Y')",
    }),
  },
  {
    ...{ name: 'Qwen 2.5', architecture: 'qwen2', system: 'taken', stopTokens: IM_END },
    template: chatml({
      before: "'' if messages[0].role == 'system' else '<|im_start|>system\\nHelp.<|im_end|>\\n'",
    }),
  },
  {
    ...{ name: 'Gemma 2', startOfText: '<bos>', endOfText: '<end_of_turn>' },
    ...{ architecture: 'gemma2', system: 'refused', isStrict: true },
    stopTokens: ['<end_of_turn>'],
    template: headed('<start_of_turn>ROLE\\n', '<end_of_turn>\\n', {
      ...{ names: { assistant: 'model' }, checks: NO_SYSTEM + STRICT, before: 'bos_token' },
    }),
  },
  {
    ...{ name: 'Gemma 3', startOfText: '<bos>', endOfText: '<end_of_turn>' },
    ...{ architecture: 'gemma3', system: 'taken', isStrict: true },
    stopTokens: ['<end_of_turn>'],
    template: headed('<start_of_turn>ROLE\\n', '<end_of_turn>\\n', {
      ...{ names: { assistant: 'model' }, checks: STRICT },
      before: "bos_token + (messages[0].content if messages[0].role == 'system' else '')",
      system: "''",
    }),
  },
  {
    ...{ name: 'Mistral v1', architecture: 'llama', system: 'refused', isStrict: true },
    ...{ stopTokens: ['</s>'], template: inst({ checks: NO_SYSTEM + STRICT }) },
  },
  {
    ...{ name: 'Mistral v3', architecture: 'llama', system: 'taken', isStrict: true },
    stopTokens: ['</s>'],
    // Its system message stands in the last question.
    template: inst({
      checks: `${STRICT}{% set sys = messages[0].content + ' ' if messages[0].role == 'system' else '' %}`,
      user: "'[INST] ' + (sys if loop.last else '') + text + '[/INST]'",
    }),
  },
  {
    ...{ name: 'Mistral v7', architecture: 'mistral', system: 'taken', isStrict: true },
    stopTokens: ['</s>'],
    template: inst({ system: "'[SYSTEM_PROMPT]' + text + '[/SYSTEM_PROMPT]'" }),
  },
  {
    ...{ name: 'Phi 3, as first published', architecture: 'phi3', system: 'left-out' },
    stopTokens: ['<|end|>'],
    template: headed('<|ROLE|>\\n', '<|end|>\\n', { system: "''" }),
  },
  {
    ...{ name: 'Phi 4 mini', architecture: 'phi3', system: 'taken', stopTokens: ['<|end|>'] },
    template: headed('<|ROLE|>', '<|end|>'),
  },
  {
    ...{ name: 'Phi 4', architecture: 'phi3', system: 'taken', stopTokens: IM_END },
    template: headed('<|im_start|>ROLE<|im_sep|>', '<|im_end|>'),
  },
  {
    ...{ name: 'GLM 4', architecture: 'glm4', system: 'taken', stopTokens: ['<|user|>'] },
    template: headed('<|ROLE|>\\n', '', { before: "'[gMASK]<sop>'" }),
  },
  {
    ...{ name: 'Granite 4', architecture: 'granite', system: 'taken' },
    stopTokens: ['<|end_of_text|>'],
    template: headed('<|start_of_role|>ROLE<|end_of_role|>', '<|end_of_text|>\\n'),
  },
  {
    ...{ name: 'SmolLM 2', architecture: 'llama', system: 'taken', stopTokens: IM_END },
    template: chatml(),
  },
  {
    ...{ name: 'OLMo 2', architecture: 'olmo2', system: 'taken', endOfText: '<|endoftext|>' },
    stopTokens: ['<|endoftext|>'],
    template: headed('<|ROLE|>\\n', '\\n', { before: 'eos_token' }),
  },
  {
    ...{ name: 'Command R', architecture: 'command-r', system: 'taken' },
    stopTokens: ['<|END_OF_TURN_TOKEN|>'],
    template: headed('<|START_OF_TURN_TOKEN|><|ROLE_TOKEN|>', '<|END_OF_TURN_TOKEN|>', {
      names: { system: 'SYSTEM', user: 'USER', assistant: 'CHATBOT' },
    }),
  },
  {
    ...{ name: 'Yi 1.5', architecture: 'llama', system: 'taken', stopTokens: IM_END },
    template: chatml({ system: 'text' }),
  },
  {
    ...{ name: 'Zephyr', architecture: 'llama', system: 'taken', stopTokens: ['</s>'] },
    template: headed('<|ROLE|>\\n', '</s>\\n'),
  },
  {
    ...{ name: 'Falcon 3', architecture: 'llama', system: 'taken' },
    stopTokens: ['<|endoftext|>'],
    template: headed('<|ROLE|>\\n', '\\n'),
  },
  {
    ...{ name: 'Hermes 3', architecture: 'llama', system: 'taken', stopTokens: IM_END },
    template: chatml({ before: 'bos_token' }),
  },
  {
    ...{ name: 'InternLM 2.5', architecture: 'internlm2', system: 'taken', stopTokens: IM_END },
    template: chatml({ before: 'bos_token' }),
  },
  {
    ...{ name: 'MiniCPM', architecture: 'minicpm', system: 'taken', stopTokens: ['</s>'] },
    template: shape({
      ...{ system: 'text', user: "'<用户>' + text", assistant: "'<AI>' + text", start: "'<AI>'" },
    }),
  },
  {
    ...{ name: 'Exaone 3.5', architecture: 'exaone', system: 'taken' },
    stopTokens: ['[|endofturn|]'],
    template: headed('[|ROLE|]', '[|endofturn|]\\n'),
  },
  {
    ...{ name: 'Kimi K2', architecture: 'deepseek2', system: 'taken', stopTokens: IM_END },
    template: headed('<|im_ROLE|>ROLE<|im_middle|>', '<|im_end|>'),
  },
  {
    ...{ name: 'Vicuna', architecture: 'llama', system: 'taken', isStrict: true },
    stopTokens: ['</s>'],
    template: shape({
      ...{ checks: STRICT, system: "text + ' '", user: "'USER: ' + text + ' '" },
      ...{ assistant: "'ASSISTANT: ' + text + '</s>'", start: "'ASSISTANT:'" },
    }),
  },
  {
    ...{
      name: 'SmolVLM',
      architecture: 'llama',
      system: 'taken',
      stopTokens: ['<end_of_utterance>'],
    },
    // Takes contents in parts alone, as models that see pictures do.
    template: headed('ROLE: ', '<end_of_utterance>\\n', {
      each: "{% set ns = namespace(text='') %}{% for p in m.content %}{% if p.type == 'text' %}{% set ns.text = ns.text + p.text %}{% endif %}{% endfor %}{% set text = ns.text %}",
    }),
  },
];
