/** The selected model didn't load: why, and the ways out. */
import { StyleSheet, View } from 'react-native';
import { ERROR_TRAITS } from '../errors';
import type { ModelFailure } from '../errors';
import { Button, LinkButton } from './Button';
import { Notice } from './Notice';
import { space } from './theme';
import { describeFailure } from './words';

export function LoadFailure({ failure, onRetry }: { failure: ModelFailure; onRetry: () => void }) {
  const { title, detail } = describeFailure(failure);
  const hopeless = ERROR_TRAITS[failure.code].remedy === 'none';
  return (
    <View role="alert" style={styles.place}>
      <Notice tone="error" icon="warning" title={title} text={detail}>
        <View style={styles.actions}>
          <LinkButton label="Choose another model" tone="filled" href="/settings/models" />
          {hopeless ? null : <Button label="Try again" icon="retry" onPress={onRetry} />}
        </View>
      </Notice>
    </View>
  );
}

const styles = StyleSheet.create({
  place: { paddingHorizontal: space.l, paddingBottom: space.s },
  actions: { flexDirection: 'row', flexWrap: 'wrap', gap: space.s, paddingTop: space.s },
});
