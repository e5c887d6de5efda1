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
import { describeAccess, KEEPING_HINT, signedOutText } from '../words/signInWords';

export function HubAccount() {
  const access = useAccess();
  const { state, failure } = access;
  const words = failure && describeFailure(failure);
  return (
    <Panel title="Hugging Face">
      {words === undefined ? null : (
        <Notice tone="error" icon="warning" title={words.title} text={words.detail} />
      )}
      {state.kind === 'signed-in' ? <SignedIn /> : null}
      {state.kind === 'signing-in' ? <SigningIn /> : null}
      {state.kind === 'signed-out' ? <SignedOut /> : null}
    </Panel>
  );
}

function SignedIn() {
  const { state, signOut } = useAccess();
  const { tellFailure } = useNotices();
  if (state.kind !== 'signed-in') return null;
  return (
    <>
      <Line text={describeAccess(state)} />
      <View style={styles.buttons}>
        <Button label="Sign out" onPress={() => void signOut().catch(tellFailure)} />
      </View>
    </>
  );
}

function SigningIn() {
  const { cancel } = useAccess();
  return (
    <>
      <Line text="Signing in. Go on in the window that was opened, or cancel." />
      <View style={styles.buttons}>
        <Button label="Cancel" tone="quiet" onPress={cancel} />
      </View>
    </>
  );
}

function SignedOut() {
  const { state, ways, hubEndpoint, canChooseLasting, signIn, signInWithToken } = useAccess();
  const [isLasting, setLasting] = useState(false);
  const [isPasting, setPasting] = useState(false);
  const [token, setToken] = useState('');
  const reason = state.kind === 'signed-out' ? state.reason : undefined;
  // The panel shows the failure.
  const ignore = () => undefined;
  const paste = () => {
    setToken('');
    signInWithToken(token, isLasting).catch(ignore);
  };
  return (
    <>
      <Line text={signedOutText({ ways, reason, host: new URL(hubEndpoint).host })} />
      {canChooseLasting && ways.length > 0 ? (
        <SwitchRow
          label="Stay signed in on this device"
          hint={KEEPING_HINT}
          value={isLasting}
          onChange={setLasting}
        />
      ) : null}
      {isPasting ? (
        <TextField
          label="Access token"
          kind="secret"
          value={token}
          onChange={setToken}
          hint="One that may only read is enough. It is sent to this hub and to nobody else."
        />
      ) : null}
      <View style={styles.buttons}>
        {ways.includes('browser') && !isPasting ? (
          <Button
            label="Sign in"
            tone="filled"
            onPress={() => void signIn({ way: 'browser', isLasting }).catch(ignore)}
          />
        ) : null}
        {ways.includes('token') && !isPasting ? (
          <Button label="Paste a token" onPress={() => setPasting(true)} />
        ) : null}
        {isPasting ? (
          <>
            <Button label="Use this token" tone="filled" disabled={token === ''} onPress={paste} />
            <Button label="Cancel" tone="quiet" onPress={() => setPasting(false)} />
          </>
        ) : null}
      </View>
    </>
  );
}

function Line({ text }: { text: string }) {
  const colors = useColors();
  return (
    <Text variant="bodyMedium" style={{ color: colors.onSurfaceVariant }} aria-live="polite">
      {text}
    </Text>
  );
}

const styles = StyleSheet.create({
  buttons: { flexDirection: 'row', flexWrap: 'wrap', gap: space.s },
});
