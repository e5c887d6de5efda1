/** The sign-in to the hub: signed in as whom and until when, and the ways to sign in and out. */
import { useState } from 'react';
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import { useAccess } from '../../ai/access/AccessProvider';
import { useNotices } from '../notices/Notices';
import { Button } from '../ui/Button';
import { Notice } from '../ui/Notice';
import { Panel } from '../ui/Panel';
import { SwitchRow } from '../ui/SwitchRow';
import { TextField } from '../ui/TextField';
import { space, useColors } from '../ui/theme';
import { describeFailure } from '../words/failureWords';
import { t } from '../words/language';
import { describeAccess, keepingHint, signedOutText, signingInText } from '../words/signInWords';

export function HubAccount() {
  const access = useAccess();
  const { state, failure, cancel } = access;
  const colors = useColors();
  // Here, and not where they are asked for: a sign-in that fails leaves them as the person chose them.
  const [isLasting, setLasting] = useState(false);
  const [isPasting, setPasting] = useState(false);
  const words = failure && describeFailure(failure);
  return (
    <Panel title="Hugging Face">
      <View aria-live="polite" style={styles.told}>
        {words === undefined ? null : (
          <Notice tone="error" icon="warning" title={words.title} text={words.detail} />
        )}
        <Text variant="bodyMedium" style={{ color: colors.onSurfaceVariant }}>
          {stateText(access)}
        </Text>
      </View>
      {state.kind === 'signed-in' ? <SignedIn /> : null}
      {state.kind === 'signing-in' ? (
        <View style={styles.buttons}>
          <Button label={t('Cancel')} onPress={cancel} />
        </View>
      ) : null}
      {state.kind === 'signed-out' ? (
        <>
          <Keeping isLasting={isLasting} onChange={setLasting} />
          {isPasting ? (
            <Pasting isLasting={isLasting} onDone={() => setPasting(false)} />
          ) : (
            <Ways isLasting={isLasting} onPaste={() => setPasting(true)} />
          )}
        </>
      ) : null}
    </Panel>
  );
}

function stateText({ state, ways, hubEndpoint }: ReturnType<typeof useAccess>): string {
  switch (state.kind) {
    case 'starting':
      return '';
    case 'signed-in':
      return describeAccess(state);
    case 'signing-in':
      return signingInText(state.way);
    case 'signed-out':
      return signedOutText({ ways, reason: state.reason, host: new URL(hubEndpoint).host });
  }
}

function SignedIn() {
  const { signOut } = useAccess();
  const { tellFailure } = useNotices();
  return (
    <View style={styles.buttons}>
      <Button label={t('Sign out')} onPress={() => void signOut().catch(tellFailure)} />
    </View>
  );
}

function Keeping({ isLasting, onChange }: { isLasting: boolean; onChange: (is: boolean) => void }) {
  const { ways, canChooseLasting } = useAccess();
  if (!canChooseLasting || ways.length === 0) return null;
  return (
    <SwitchRow
      label={t('Stay signed in on this device')}
      hint={keepingHint()}
      value={isLasting}
      onChange={onChange}
    />
  );
}

// The panel shows the failure.
const ignore = () => undefined;

function Ways({ isLasting, onPaste }: { isLasting: boolean; onPaste: () => void }) {
  const { ways, signIn } = useAccess();
  return (
    <View style={styles.buttons}>
      {ways.includes('browser') ? (
        <Button
          label={t('Sign in')}
          tone="filled"
          onPress={() => void signIn({ way: 'browser', isLasting }).catch(ignore)}
        />
      ) : null}
      {ways.includes('token') ? <Button label={t('Paste a token')} onPress={onPaste} /> : null}
    </View>
  );
}

function Pasting({ isLasting, onDone }: { isLasting: boolean; onDone: () => void }) {
  const { signInWithToken } = useAccess();
  const [token, setToken] = useState('');
  return (
    <>
      <TextField
        label={t('Access token')}
        kind="secret"
        value={token}
        onChange={setToken}
        hint={t('One that may only read is enough. It is sent to this hub and to nobody else.')}
        takesFocus
      />
      <View style={styles.buttons}>
        <Button
          label={t('Use this token')}
          tone="filled"
          disabled={token === ''}
          onPress={() => void signInWithToken(token, isLasting).then(onDone, ignore)}
        />
        <Button label={t('Cancel')} tone="quiet" onPress={onDone} />
      </View>
    </>
  );
}

const styles = StyleSheet.create({
  told: { gap: space.m },
  buttons: { flexDirection: 'row', flexWrap: 'wrap', gap: space.s },
});
