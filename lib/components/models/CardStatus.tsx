/** The status of a model on its card: its size, its transfer, its memory, and whether it works here. */
import { StyleSheet } from 'react-native';
import { Text } from 'react-native-paper';
import { useGate } from '../../ai/access/AccessProvider';
import type { Fit } from '../../ai/memory/memoryFit';
import type { LlmModelConfig } from '../../ai/modelConfig';
import type { ModelState, MoveProgress } from '../../ai/modelState';
import { isVerified } from '../../ai/registry/published';
import {
  withdrawalOfInstalled,
  withdrawalOfOffered,
  type Withdrawal,
} from '../../ai/registry/withdrawal';
import { TRAITS } from '../../ai/runtimes/runtimes';
import type { CardUpdate } from '../../ai/UpdatesProvider';
import type { Verdict } from '../../ai/measure/verdicts';
import type { Runtime } from '../../platform/types';
import type { InMemory } from './cardButtons';
import { describeFit, describeSpeed } from '../words/measuredWords';
import { Notice } from '../ui/Notice';
import { downloadSize } from './downloadSize';
import { FactLine } from './FactLine';
import { MoveStatus } from './MoveStatus';
import { UpdateStatus } from './UpdateStatus';
import { ArrivingProgress, TransferProgress } from './TransferProgress';
import { describeFailure } from '../words/failureWords';
import { t, translated } from '../words/language';
import { describeGate } from '../words/signInWords';
import { formatBytes, noDigestSentence, printable } from '../words/words';

export interface CardStatusProps {
  config: LlmModelConfig;
  state: ModelState;
  runtime: Runtime;
  /** Whether it fits this device's memory, and how many bytes it needs; undefined if too little is known. */
  fit: Fit;
  needBytes: number | undefined;
  memory: InMemory;
  /** Whether the model has worked here; the same object until that changes. Undefined where nothing tries it. */
  verdict?: Verdict | undefined;
  /** How fast it would probably be here, in words; undefined where nothing tells that. */
  speedHere?: string | undefined;
  /** The versions of the model; undefined where nothing is updated. */
  about?: CardUpdate | undefined;
  /** Whether it lies on another volume than the other models. */
  isElsewhere?: boolean;
  /** Its move to another volume; undefined while it isn't moved. */
  moving?: MoveProgress | undefined;
}

export function CardStatus(props: CardStatusProps) {
  const { config, state, runtime } = props;
  switch (state.kind) {
    case 'unavailable':
      return <UnavailableStatus state={state} />;
    case 'absent':
      return (
        <>
          <SizeLine text={downloadSize(config, runtime)} />
          <WithdrawnNotice withdrawal={withdrawalOfOffered(config, runtime)} />
          <FitLine {...props} />
          <SpeedLine {...props} />
        </>
      );
    case 'installed':
      return <InstalledStatus {...props} state={state} />;
    case 'differs':
      return <DifferingStatus state={state} />;
    case 'waiting':
      return <WaitingStatus name={config.displayName} state={state} />;
    case 'arriving':
      return <ArrivingProgress name={config.displayName} state={state} />;
    case 'downloading':
    case 'paused':
    case 'verifying':
      return <TransferProgress name={config.displayName} state={state} />;
    case 'disconnected':
      return <DisconnectedStatus place={state.place} />;
    case 'failed':
      return <FailedStatus config={config} state={state} />;
  }
}

type Unavailable = Extract<ModelState, { kind: 'unavailable' }>;

function UnavailableStatus({ state: { usedBytes, reason } }: { state: Unavailable }) {
  return (
    <>
      {usedBytes === undefined ? null : (
        <SizeLine text={t('{size} of it on this device', { size: formatBytes(usedBytes) })} />
      )}
      <Notice tone="calm" icon="info" text={translated(reason)} />
    </>
  );
}

type Differing = Extract<ModelState, { kind: 'differs' }>;

function DifferingStatus({ state }: { state: Differing }) {
  const { title, detail } = describeFailure(state.failure);
  return (
    <>
      <SizeLine text={t('{size} on this device', { size: formatBytes(state.sizeBytes) })} />
      <Notice tone="error" icon="warning" title={title} text={detail} />
    </>
  );
}

function DisconnectedStatus({ place }: { place: string }) {
  const { title, detail } = describeFailure({ code: 'PLACE_MISSING', details: { place } });
  return <Notice tone="warm" icon="warning" title={title} text={detail} />;
}

function WithdrawnNotice({ withdrawal }: { withdrawal: Withdrawal | undefined }) {
  if (withdrawal === undefined) return null;
  return (
    <Notice
      tone="warm"
      icon="warning"
      title={t('Withdrawn by its publisher')}
      text={printable(withdrawal.reason)}
    />
  );
}

type Failed = Extract<ModelState, { kind: 'failed' }>;

function FailedStatus({ config, state }: { config: LlmModelConfig; state: Failed }) {
  const { title, detail } = describeFailure(state.failure);
  const gate = useGate(config.modelId);
  const asked = gate && describeGate(gate);
  return (
    <>
      <Notice tone="error" icon="warning" title={title} text={detail} />
      {asked === undefined ? null : <Notice tone="calm" icon="info" text={asked} />}
      {state.receivedBytes === 0 ? null : (
        <TransferProgress name={config.displayName} state={state} />
      )}
    </>
  );
}

type Waiting = Extract<ModelState, { kind: 'waiting' }>;

function WaitingStatus({ name, state }: { name: string; state: Waiting }) {
  return (
    <>
      {state.reason === 'space' && state.failure !== undefined ? (
        <Notice
          tone="calm"
          icon="info"
          text={t('{problem} The download continues automatically.', {
            problem: describeFailure(state.failure).detail,
          })}
        />
      ) : null}
      <TransferProgress name={name} state={state} />
    </>
  );
}

type Installed = Extract<ModelState, { kind: 'installed' }>;

function InstalledStatus(props: CardStatusProps & { state: Installed }) {
  const { state, runtime, memory, verdict } = props;
  const size = formatBytes(state.sizeBytes);
  return (
    <>
      <SizeLine
        text={
          !TRAITS[runtime].hasFiles
            ? t('Kept by the browser · {size} here', { size })
            : props.isElsewhere
              ? t('{size} on another drive', { size })
              : t('{size} on this device', { size })
        }
      />
      {props.moving && <MoveStatus name={props.config.displayName} progress={props.moving} />}
      <WithdrawnNotice withdrawal={withdrawalOfInstalled(props.config, state.files)} />
      {state.files.every(isVerified) ? null : <FactLine icon="info" text={noDigestSentence()} />}
      {verdict?.kind === 'broken' ? (
        <Notice
          tone="error"
          icon="warning"
          title={t('Installed, but it did not work here')}
          text={describeFailure(verdict.failure).detail}
        />
      ) : null}
      {verdict?.kind === 'works' ? (
        <FactLine icon="check" text={describeSpeed(verdict.newest.tokensPerSecond)} />
      ) : null}
      <SpeedLine {...props} />
      <UpdateStatus config={props.config} about={props.about} />
      {memory === 'no' ? (
        <FitLine {...props} />
      ) : (
        <FactLine icon="memory" text={memoryWords(memory)} />
      )}
    </>
  );
}

function memoryWords(memory: Exclude<InMemory, 'no'>): string {
  switch (memory) {
    case 'coming':
      return t('Loading into memory');
    case 'loaded':
      return t('In memory, ready to answer');
    case 'measured':
      return t('In memory, being measured');
  }
}

function FitLine({ fit, needBytes }: CardStatusProps) {
  const text = describeFit(fit, needBytes);
  if (text === undefined) return null;
  const isDoubtful = fit === 'tight' || fit === 'too-large';
  return <FactLine icon={isDoubtful ? 'warning' : 'memory'} text={text} warm={isDoubtful} />;
}

/** For a model that was never measured here, and fits. */
function SpeedLine({ verdict, fit, speedHere }: CardStatusProps) {
  if (verdict?.kind !== 'unknown' || fit !== 'fits' || speedHere === undefined) return null;
  return <FactLine icon="benchmark" text={speedHere} />;
}

function SizeLine({ text }: { text: string }) {
  return (
    <Text variant="labelLarge" style={styles.size}>
      {text}
    </Text>
  );
}

const styles = StyleSheet.create({
  size: { fontVariant: ['tabular-nums'] },
});
