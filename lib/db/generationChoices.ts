/** A person's generation settings for each model, as rows in SQLite. */
import type { GenerationChoice } from '../ai/generation/generationSettings';
import type { PromptFormat } from '../errors';
import type { SqlDatabase, SqlValue } from '../platform/types';

/** Every method throws ModelError DB_FAILED and leaves the old rows when it does. */
export interface GenerationChoiceStore {
  /** The choices by model id. The values are unchecked until they are limited: see `effectiveSettings`. */
  getChoices(): Promise<Map<string, GenerationChoice>>;
  /** Replaces the model's row. */
  setChoice(modelId: string, choice: GenerationChoice): Promise<void>;
  /**
   * Tells which version of the model is installed. The choice for the one before is kept, and that of this version comes
   * back; a version without one begins with the choice for the one before. Resolves with the choice for this version.
   */
  enterVersion(modelId: string, version: string): Promise<GenerationChoice>;
}

/** The store over a database that `migrate` has brought up to date. */
export function createGenerationChoiceStore(database: SqlDatabase): GenerationChoiceStore {
  async function find(sql: string, params: SqlValue[]) {
    const [row] = await database.all({ sql, params });
    return row;
  }

  return {
    async getChoices() {
      const rows = await database.all({ sql: 'SELECT * FROM generation_choice' });
      return new Map(rows.map((row) => [String(row['model_id']), toChoice(row)]));
    },

    async setChoice(modelId, choice) {
      const { systemPrompt, temperature, topP, maxTokens, contextTokens } = choice;
      const { thinking, promptFormat } = choice;
      await database.batch([
        {
          sql: `INSERT OR REPLACE INTO generation_choice
            (model_id, system_prompt, temperature, top_p, max_tokens, context_tokens, thinking, prompt_format, version)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, (SELECT version FROM generation_choice WHERE model_id = ?))`,
          params: [
            modelId,
            systemPrompt ?? null,
            temperature ?? null,
            topP ?? null,
            maxTokens ?? null,
            contextTokens ?? null,
            thinking === undefined ? null : Number(thinking),
            promptFormat ?? null,
            modelId,
          ],
        },
      ]);
    },

    async enterVersion(modelId, version) {
      const row = await find('SELECT * FROM generation_choice WHERE model_id = ?', [modelId]);
      const before = row?.['version'];
      const choice = row === undefined ? {} : toChoice(row);
      const enter = {
        sql: `INSERT INTO generation_choice (model_id, version) VALUES (?, ?)
          ON CONFLICT (model_id) DO UPDATE SET version = excluded.version`,
        params: [modelId, version],
      };
      if (typeof before !== 'string' || before === version) {
        // A page of an older version has written the row, or none was written so far.
        if (before !== version) await database.batch([enter]);
        return choice;
      }
      const kept = await find('SELECT choice FROM kept_choice WHERE model_id = ? AND version = ?', [
        modelId,
        version,
      ]);
      const leave = {
        sql: 'INSERT OR REPLACE INTO kept_choice (model_id, version, choice) VALUES (?, ?, ?)',
        params: [modelId, before, JSON.stringify(choice)],
      };
      await database.batch([leave, enter]);
      if (kept === undefined) return choice;
      const own = JSON.parse(String(kept['choice'])) as GenerationChoice;
      await this.setChoice(modelId, own);
      return own;
    },
  };
}

function toChoice(row: Record<string, SqlValue>): GenerationChoice {
  const choice: GenerationChoice = {};
  const systemPrompt = row['system_prompt'];
  if (typeof systemPrompt === 'string') choice.systemPrompt = systemPrompt;
  const thinking = row['thinking'];
  if (typeof thinking === 'number') choice.thinking = thinking !== 0;
  const promptFormat = row['prompt_format'];
  if (typeof promptFormat === 'string') choice.promptFormat = promptFormat as PromptFormat;
  const temperature = row['temperature'];
  if (typeof temperature === 'number') choice.temperature = temperature;
  const topP = row['top_p'];
  if (typeof topP === 'number') choice.topP = topP;
  const maxTokens = row['max_tokens'];
  if (typeof maxTokens === 'number') choice.maxTokens = maxTokens;
  const contextTokens = row['context_tokens'];
  if (typeof contextTokens === 'number') choice.contextTokens = contextTokens;
  return choice;
}
