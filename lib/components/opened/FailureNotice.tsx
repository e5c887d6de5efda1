/** Why the hub didn't answer, with a button that asks again. */
import { StyleSheet, View } from 'react-native';
import type { ModelFailure } from '../../errors';
import { Button } from '../ui/Button';
import { Notice } from '../ui/Notice';
import { space } from '../ui/theme';
import type { FailureWords } from '../words/failureWords';
import { t } from '../words/language';

interface FailureNoticeProps {
  words: FailureWords;
  failure: ModelFailure;
  onRetry: () => void;
}

export function FailureNotice({ words: { title, detail }, failure, onRetry }: FailureNoticeProps) {
  const icon = failure.code === 'NET_OFFLINE' ? 'offline' : 'warning';
  return (
    <Notice tone="error" icon={icon} title={title} text={detail}>
      <View style={styles.button}>
        <Button label={t('Try again')} icon="retry" onPress={onRetry} />
      </View>
    </Notice>
  );
}

const styles = StyleSheet.create({
  button: { alignItems: 'flex-start', marginTop: space.s },
});
