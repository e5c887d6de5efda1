/** The generation settings of one model: its prompt, its sampling and its limits, each with the allowed values. */
import { useState } from 'react';
import { Text } from 'react-native-paper';
import type { LlmModelConfig } from '../../ai/modelConfig';
import { useLLM } from '../../ai/LLMProvider';
import { useModel } from '../../ai/ModelProvider';
import { TRAITS } from '../../ai/runtimes/runtimes';
import { toFailure } from '../../errors';
import type { ModelFailure } from '../../errors';
import { Button } from '../ui/Button';
import { Disclosure } from '../ui/Disclosure';
import { samplingOf, styleOf } from './answerStyles';
import { FormatChoice, formatTitle } from './FormatChoice';
import { findProblems, formatSetting, readNumber, toChoice, toForm } from './generationForm';
import type { GenerationForm, Problems } from './generationForm';
import { StyleChoice } from './StyleChoice';
import { Notice } from '../ui/Notice';
import { Overlay } from '../ui/Overlay';
import { SwitchRow } from '../ui/SwitchRow';
import { TextField } from '../ui/TextField';
import { useColors } from '../ui/theme';
import { describeFit } from '../words/measuredWords';
import { describeFailure } from '../words/failureWords';
import { t } from '../words/language';
import { formatCount } from '../words/words';

interface GenerationSettingsDialogProps {
  config: LlmModelConfig;
  /** `saved` tells whether the settings were saved. */
  onClose: (saved: boolean) => void;
}

export function GenerationSettingsDialog({ config, onClose }: GenerationSettingsDialogProps) {
  const { settingsOf, recommendedOf, limitsOf, choose } = useLLM();
  const [form, setForm] = useState(() => toForm(settingsOf(config)));
  /** Problems are shown after the first try to save, so that a half-written number isn't reported as wrong. */
  const [strict, setStrict] = useState(false);
  const [failure, setFailure] = useState<ModelFailure>();
  const limits = limitsOf(config);
  const recommended = recommendedOf(config);
  const problems = findProblems(form, limits);

  async function save(): Promise<void> {
    setStrict(true);
    if (Object.keys(problems).length > 0) return;
    try {
      await choose(config, toChoice(form, limits, recommended));
      onClose(true);
    } catch (error) {
      setFailure(toFailure(error));
    }
  }

  return (
    <Overlay
      title={t('Settings of {name}', { name: config.displayName })}
      onClose={() => onClose(false)}
      actions={
        <>
          <Button
            label={t('Recommended')}
            tone="quiet"
            onPress={() => setForm(toForm(recommended))}
          />
          <Button label={t('Save')} icon="check" tone="filled" onPress={() => void save()} />
        </>
      }
    >
      <Fields
        config={config}
        form={form}
        problems={strict ? problems : {}}
        onChange={(change) => setForm({ ...form, ...change })}
      />
      {failure === undefined ? null : (
        <Notice
          tone="error"
          icon="warning"
          title={describeFailure(failure).title}
          text={t('Nothing was changed. {problem}', { problem: describeFailure(failure).detail })}
        />
      )}
    </Overlay>
  );
}

interface FieldsProps {
  config: LlmModelConfig;
  form: GenerationForm;
  problems: Problems;
  onChange: (change: Partial<GenerationForm>) => void;
}

function Fields({ config, form, problems, onChange }: FieldsProps) {
  const colors = useColors();
  const { runtimeOf } = useModel();
  const { hasFiles } = TRAITS[runtimeOf(config)];
  return (
    <>
      <TextField
        label={t('Instructions for every chat')}
        kind="lines"
        value={form.systemPrompt}
        onChange={(systemPrompt) => onChange({ systemPrompt })}
        hint={t(
          'The model reads them before each chat; also called system prompt. Empty for none.',
        )}
        problem={problems.systemPrompt}
      />
      {config.canThink === true ? (
        <SwitchRow
          label={t('Think first')}
          hint={t('Slower, often better: the model reasons before it answers.')}
          value={form.thinking}
          onChange={(thinking) => onChange({ thinking })}
        />
      ) : null}
      <Style {...{ config, form, onChange }} />
      <Disclosure label={t('Advanced')} forced={ADVANCED.some((key) => problems[key])}>
        <SamplingFields {...{ config, form, problems, onChange }} />
        {hasFiles ? (
          <>
            <ContextField {...{ config, form, problems, onChange }} />
            <Disclosure label={formatTitle(form.promptFormat)}>
              <FormatChoice
                value={form.promptFormat}
                onChange={(promptFormat) => onChange({ promptFormat })}
              />
            </Disclosure>
          </>
        ) : (
          <Text variant="bodyMedium" style={{ color: colors.onSurfaceVariant }}>
            {t('The browser decides the rest, such as how much its model remembers.')}
          </Text>
        )}
      </Disclosure>
    </>
  );
}

const ADVANCED = ['temperature', 'topP', 'maxTokens', 'contextTokens'] as const;

function Style({ config, form, onChange }: Omit<FieldsProps, 'problems'>) {
  const { engineOf, limitsOf, recommendedOf } = useLLM();
  const { honoursTopP, ignoresTemperature = false } = engineOf(config);
  if (ignoresTemperature) return null;
  const limits = limitsOf(config);
  const recommended = recommendedOf(config);
  return (
    <StyleChoice
      value={styleOf({ form, recommended, limits, honoursTopP })}
      onChange={(style) => {
        const { temperature, topP } = samplingOf(style, recommended, limits);
        onChange({ temperature: String(temperature), topP: String(topP) });
      }}
    />
  );
}

/** How the words of an answer are chosen, and how many there may be. */
function SamplingFields({ config, form, problems, onChange }: FieldsProps) {
  const { engineOf, limitsOf } = useLLM();
  const { honoursTopP, ignoresTemperature = false } = engineOf(config);
  const limits = limitsOf(config);
  return (
    <>
      {ignoresTemperature ? null : (
        <TextField
          label={t('Temperature')}
          kind="decimal"
          value={form.temperature}
          onChange={(temperature) => onChange({ temperature })}
          hint={t(
            'How freely it chooses its words: from {least}, always the likeliest one, to {most}.',
            {
              least: formatSetting(limits.temperature.least),
              most: formatSetting(limits.temperature.most),
            },
          )}
          problem={problems.temperature}
        />
      )}
      {honoursTopP ? (
        <TextField
          label={t('Choice of words (top-p)')}
          kind="decimal"
          value={form.topP}
          onChange={(topP) => onChange({ topP })}
          hint={t('From {least} to {most}: less leaves out the unlikely words.', {
            least: formatSetting(limits.topP.least),
            most: formatSetting(limits.topP.most),
          })}
          problem={problems.topP}
        />
      ) : null}
      <TextField
        label={t('Longest answer, in tokens')}
        kind="whole"
        value={form.maxTokens}
        onChange={(maxTokens) => onChange({ maxTokens })}
        hint={t('From {least} to {most}; a token is about three quarters of a word.', {
          least: formatCount(limits.maxTokens.least),
          most: formatCount(limits.maxTokens.most),
        })}
        problem={problems.maxTokens}
      />
    </>
  );
}

function ContextField({ config, form, problems, onChange }: FieldsProps) {
  const { limitsOf, memoryNeedOf, fitOf } = useLLM();
  const colors = useColors();
  const limits = limitsOf(config).contextTokens;
  const tokens = readNumber(form, 'contextTokens', limits);
  const fit = tokens === undefined ? 'unknown' : fitOf(config, tokens);
  const need = tokens === undefined ? undefined : memoryNeedOf(config, tokens);
  const cost = describeFit(fit, need);
  const costLine =
    cost === undefined ? null : (
      <Text
        variant="bodySmall"
        aria-live="polite"
        style={{ color: fit === 'too-large' ? colors.error : colors.onSurface }}
      >
        {cost}
      </Text>
    );
  if (limits.least === limits.most) {
    return (
      <>
        <Text variant="titleSmall">{t('Context length')}</Text>
        <Text variant="bodyMedium" style={{ color: colors.onSurfaceVariant }}>
          {t('{count} tokens are built into this model.', { count: formatCount(limits.most) })}
        </Text>
        {costLine}
      </>
    );
  }
  return (
    <TextField
      label={t('Context length, in tokens')}
      kind="whole"
      value={form.contextTokens}
      onChange={(contextTokens) => onChange({ contextTokens })}
      hint={t(
        'From {least} to {most}: how much of a chat it remembers. Counts from the next load.',
        { least: formatCount(limits.least), most: formatCount(limits.most) },
      )}
      problem={problems.contextTokens}
    >
      {costLine}
    </TextField>
  );
}
