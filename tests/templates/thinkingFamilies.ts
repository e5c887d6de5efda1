/** Families that think before they answer, or may. */
import type { Family } from './family';
import { chatml, headed, IM_END, inst, shape, STRICT, switchedOff, without } from './shapes';

const THINK = '<think>\nHm.\n</think>\n\nYes.';

export const THINKING: readonly Family[] = [
  {
    ...{ name: 'Qwen 3', architecture: 'qwen3', system: 'taken', stopTokens: IM_END },
    template: chatml({
      each: without('</think>'),
      then: switchedOff('<think>\\n\\n</think>\\n\\n'),
    }),
    says: { thinking: THINK, straight: 'Yes.' },
  },
  {
    ...{ name: 'Qwen 3 Thinking', architecture: 'qwen3', system: 'taken', stopTokens: IM_END },
    template: chatml({ each: without('</think>'), then: "{{ '<think>\\n' }}" }),
    says: { thinking: 'Hm.\n</think>\n\nYes.', straight: 'Hm.\n</think>\n\nYes.' },
  },
  {
    ...{ name: 'Qwen 3.5', architecture: 'qwen35', system: 'taken', stopTokens: IM_END },
    template: chatml({
      checks:
        "{% if messages | selectattr('role', 'equalto', 'user') | list | length == 0 %}{{ raise_exception('No question found.') }}{% endif %}",
      then: "{% if enable_thinking is defined and not enable_thinking %}{{ '<think>\\n\\n</think>\\n\\n' }}{% else %}{{ '<think>\\n' }}{% endif %}",
    }),
    says: { thinking: 'Hm.\n</think>\n\nYes.', straight: 'Yes.' },
  },
  {
    ...{ name: 'DeepSeek R1', startOfText: '<｜begin▁of▁sentence｜>', system: 'taken' },
    ...{ architecture: 'deepseek2', stopTokens: ['<｜end▁of▁sentence｜>'] },
    template: shape({
      ...{ before: 'bos_token', system: 'text', user: "'<｜User｜>' + text" },
      ...{ each: without('</think>'), start: "'<｜Assistant｜><think>\\n'" },
      assistant: "'<｜Assistant｜>' + text + '<｜end▁of▁sentence｜>'",
    }),
    // Some of its distillations write the mark once more.
    says: { thinking: 'Hm.\n</think>\n\nYes.', straight: THINK },
  },
  {
    ...{ name: 'DeepSeek R1 distilled, as first published', system: 'taken' },
    ...{ architecture: 'qwen2', stopTokens: ['<｜end▁of▁sentence｜>'] },
    template: shape({
      ...{ system: 'text', user: "'<｜User｜>' + text", start: "'<｜Assistant｜>'" },
      assistant: "'<｜Assistant｜>' + text + '<｜end▁of▁sentence｜>'",
      each: without('</think>'),
    }),
    says: { thinking: THINK, straight: THINK },
  },
  {
    ...{ name: 'DeepSeek V3.1', architecture: 'deepseek2', system: 'taken' },
    stopTokens: ['<｜end▁of▁sentence｜>'],
    template: shape({
      ...{ system: 'text', user: "'<｜User｜>' + text", start: "'<｜Assistant｜>'" },
      assistant: "'<｜Assistant｜></think>' + text + '<｜end▁of▁sentence｜>'",
      then: "{{ '<think>' if thinking is defined and thinking else '</think>' }}",
    }),
    says: { thinking: 'Hm.</think>Yes.', straight: 'Yes.' },
  },
  {
    ...{ name: 'GLM 4.5', architecture: 'glm4moe', system: 'taken', stopTokens: ['<|user|>'] },
    template: headed('<|ROLE|>\\n', '', {
      ...{ before: "'[gMASK]<sop>'", then: switchedOff('\\n<think></think>') },
    }),
    says: { thinking: '\n<think>Hm.</think>\nYes.', straight: '\nYes.' },
  },
  {
    ...{ name: 'Granite 3.2', architecture: 'granite', system: 'taken' },
    stopTokens: ['<|end_of_text|>'],
    template: headed('<|start_of_role|>ROLE<|end_of_role|>', '<|end_of_text|>\\n', {
      before:
        "'Write your thoughts after \\'Here is my thought process:\\' and your answer after \\'Here is my response:\\'.' if thinking else ''",
    }),
    says: {
      thinking: 'Here is my thought process: Hm.\n\nHere is my response: Yes.',
      straight: 'Yes.',
    },
  },
  {
    ...{ name: 'SmolLM 3', architecture: 'smollm3', system: 'taken', stopTokens: IM_END },
    template: chatml({ then: switchedOff('<think>\\n\\n</think>\\n') }),
    says: { thinking: THINK, straight: 'Yes.' },
  },
  {
    ...{ name: 'OLMo 3 Think', architecture: 'olmo2', system: 'taken', stopTokens: IM_END },
    template: chatml({ then: "{{ '<think>' }}" }),
    says: { thinking: 'Hm.</think>Yes.', straight: 'Hm.</think>Yes.' },
  },
  {
    ...{ name: 'Command A Reasoning', architecture: 'cohere2', system: 'taken' },
    stopTokens: ['<|END_OF_TURN_TOKEN|>'],
    template: headed('<|START_OF_TURN_TOKEN|><|ROLE_TOKEN|>', '<|END_OF_TURN_TOKEN|>', {
      names: { system: 'SYSTEM', user: 'USER', assistant: 'CHATBOT' },
      then: switchedOff('<|START_THINKING|><|END_THINKING|>'),
    }),
    says: {
      thinking: '<|START_THINKING|>Hm.<|END_THINKING|><|START_RESPONSE|>Yes.<|END_RESPONSE|>',
      straight: '<|START_RESPONSE|>Yes.<|END_RESPONSE|>',
    },
  },
  {
    ...{ name: 'gpt-oss', architecture: 'gpt-oss', system: 'taken', stopTokens: ['<|return|>'] },
    template: headed('<|start|>ROLE<|message|>', '<|end|>', {
      before:
        "'<|start|>system<|message|>Reasoning: ' + (reasoning_effort or 'medium') + '<|end|>'",
      start: "'<|start|>assistant'",
    }),
    says: {
      thinking:
        '<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Yes.',
      straight: '<|channel|>final<|message|>Yes.<|return|>',
    },
  },
  {
    ...{ name: 'Magistral', architecture: 'llama', system: 'taken', isStrict: true },
    stopTokens: ['</s>'],
    template: inst({
      before: "bos_token + '[SYSTEM_PROMPT]Think in [THINK] and [/THINK].[/SYSTEM_PROMPT]'",
      system: 'text',
    }),
    says: { thinking: '[THINK]Hm.[/THINK]Yes.', straight: '[THINK]Hm.[/THINK]Yes.' },
  },
  {
    ...{ name: 'Mistral Small 4', architecture: 'mistral4', system: 'taken', isStrict: true },
    stopTokens: ['</s>'],
    template: inst({
      system: 'text',
      checks: `${STRICT}{% if reasoning_effort is defined and reasoning_effort not in ['none', 'high'] %}{{ raise_exception('No such effort.') }}{% endif %}`,
    }),
    says: { thinking: '[THINK]Hm.[/THINK]Yes.', straight: 'Yes.' },
  },
  {
    ...{ name: 'Seed-OSS', architecture: 'seed_oss', system: 'taken', stopTokens: ['<seed:eos>'] },
    template: headed('<seed:bos>ROLE\\n', '<seed:eos>', {
      then: "{% if thinking_budget is defined and thinking_budget == 0 %}{{ '<seed:think><seed:cot_budget_reflect>' }}{% endif %}",
    }),
    says: {
      thinking: '<seed:think>Hm.</seed:think>Yes.',
      straight: 'Hm.</seed:cot_budget_reflect>\n</seed:think>Yes.',
    },
  },
  {
    ...{ name: 'Kimi VL Thinking', architecture: 'deepseek2', system: 'taken', stopTokens: IM_END },
    template: headed('<|im_ROLE|>ROLE<|im_middle|>', '<|im_end|>'),
    says: { thinking: '◁think▷Hm.◁/think▷Yes.', straight: '◁think▷Hm.◁/think▷Yes.' },
  },
  {
    ...{ name: 'Exaone Deep', architecture: 'exaone', system: 'taken' },
    stopTokens: ['[|endofturn|]'],
    template: headed('[|ROLE|]', '[|endofturn|]\\n', { then: "{{ '<thought>\\n' }}" }),
    says: { thinking: 'Hm.\n</thought>\n\nYes.', straight: 'Hm.\n</thought>\n\nYes.' },
  },
  {
    ...{ name: 'Hunyuan', architecture: 'hunyuan-dense', system: 'taken' },
    stopTokens: ['<|hy_place▁holder▁no▁2|>'],
    template: headed('<|hy_ROLE|>', '', {
      each: without('<answer>'),
      then: switchedOff('<think>\\n\\n</think>\\n'),
    }),
    says: {
      thinking: '<think>\nHm.\n</think>\n<answer>\nYes.\n</answer>',
      straight: '<answer>\nYes.\n</answer>',
    },
  },
  {
    ...{ name: 'Gemma 4', startOfText: '<bos>', architecture: 'gemma4', system: 'taken' },
    stopTokens: ['<turn|>'],
    template: headed('<|turn>ROLE\\n', '<turn|>\\n', {
      ...{ names: { assistant: 'model' }, before: 'bos_token' },
      then: "{% if not enable_thinking %}{{ '<|channel>thought\\n<channel|>' }}{% endif %}",
    }),
    says: { thinking: '<|channel>thought\nHm.\n<channel|>Yes.', straight: 'Yes.' },
  },
  {
    ...{ name: 'Apertus', architecture: 'apertus', system: 'taken' },
    stopTokens: ['<|assistant_end|>'],
    template: headed('<|ROLE_start|>', '<|ROLE_end|>'),
    says: {
      thinking: '<|inner_prefix|>Hm.<|inner_suffix|>Yes.',
      straight: 'Yes.',
    },
  },
];
