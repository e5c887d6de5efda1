/** The worker that writes prompts: a template is a program by the model's makers, and must not block the page. */
import { createChatTemplate } from '../../prompts/chatTemplate';
import type { ChatTemplate, TemplateParts } from '../../prompts/chatTemplate';
import type { Mark, ThoughtRules } from '../../prompts/thoughtMarks';
import type { GenerateRequest } from '../../types';
import { serveCalls } from '../workerCalls';

export interface WrittenPrompt {
  text: string;
  rules: ThoughtRules;
}

export type TemplateWorkerMethods = ReturnType<typeof createMethods>;

function createMethods() {
  let template: ChatTemplate | undefined;
  return {
    open(parts: TemplateParts): readonly Mark[] {
      template = createChatTemplate(parts);
      return template.marks;
    },
    write(request: Pick<GenerateRequest, 'messages' | 'thinking'>): WrittenPrompt {
      if (!template) throw new Error('no template is open');
      return { text: template.write(request), rules: template.rulesOf(request.thinking) };
    },
  };
}

serveCalls(Promise.resolve(createMethods()));
