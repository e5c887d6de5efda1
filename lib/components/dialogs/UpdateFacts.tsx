/** What a newer version of a model brings: when, how much, what has changed, and another licence. */
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import type { ModelUpdate } from '../../ai/updates/modelUpdate';
import { useCardUpdate, useUpdates } from '../../ai/UpdatesProvider';
import { isModelError } from '../../errors';
import { Button } from '../ui/Button';
import { Heading } from '../ui/Heading';
import { Notice } from '../ui/Notice';
import { useNotices } from '../notices/Notices';
import { space } from '../ui/theme';
import { t } from '../words/language';
import { changesWords, heldWords, licenseChangeWords, updateLine } from '../words/updateWords';
import { formatDate, joinList, printable } from '../words/words';
import { Fact } from './Fact';

export function UpdateFacts({ modelId }: { modelId: string }) {
  const { update, step, heldReason, canGoBack } = useCardUpdate(modelId);
  if (update === undefined && !canGoBack && heldReason === undefined) return null;
  return (
    <View style={styles.box}>
      <Heading level={3} text={t('Versions')} />
      {update === undefined ? null : <Newer update={update} />}
      {heldReason === undefined ? null : <Text variant="bodyMedium">{heldWords(heldReason)}</Text>}
      <View style={styles.buttons}>
        {step === undefined ? <VersionButtons modelId={modelId} /> : null}
      </View>
    </View>
  );
}

function Newer({ update }: { update: ModelUpdate }) {
  const { dateMs, changes, notes, license } = update;
  return (
    <>
      <Text variant="bodyMedium">{updateLine(update)}</Text>
      {dateMs === undefined ? null : <Fact label={t('Published')} value={formatDate(dateMs)} />}
      {changes.length === 0 ? null : (
        <Fact label={t('What changes')} value={joinList(changesWords(changes))} />
      )}
      {notes === undefined ? null : <Fact label={t('Notes')} value={printable(notes)} />}
      {license === undefined ? null : (
        <Notice tone="warm" icon="warning" text={licenseChangeWords(license)} />
      )}
    </>
  );
}

function VersionButtons({ modelId }: { modelId: string }) {
  const updates = useUpdates();
  const { update, heldReason, canGoBack } = useCardUpdate(modelId);
  const { tellFailure } = useNotices();
  if (updates === undefined) return null;
  // Failures of an update are on the card.
  const begin = () =>
    void updates.update(modelId).catch((error: unknown) => {
      if (!isModelError(error)) tellFailure(error);
    });
  const isHeld = heldReason !== undefined;
  return (
    <>
      {update !== undefined && !isHeld ? (
        <Button label={t('Update')} icon="download" tone="filled" onPress={begin} />
      ) : null}
      {canGoBack ? (
        <Button
          label={t('Go back a version')}
          onPress={() => void updates.goBack(modelId).catch(tellFailure)}
        />
      ) : null}
      {isHeld ? (
        <Button
          label={t('Allow updates')}
          onPress={() => void updates.release(modelId).catch(tellFailure)}
        />
      ) : null}
    </>
  );
}

const styles = StyleSheet.create({
  box: { gap: space.s },
  buttons: { flexDirection: 'row', flexWrap: 'wrap', gap: space.s },
});
