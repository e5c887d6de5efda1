/** What the owner of a gated repository asks for, and the page where a person asks for access. */
import { StyleSheet, View } from 'react-native';
import type { Repository } from '../../ai/discover/askRepository';
import { useModelHub } from '../../ai/hub/ModelHubProvider';
import { OutsideLink } from '../ui/Button';
import { Notice } from '../ui/Notice';
import { space } from '../ui/theme';
import { gateWords } from '../words/addWords';
import { t } from '../words/language';

export function GateNotice({ repository }: { repository: Repository }) {
  const { pageOf } = useModelHub();
  if (!repository.isGated) return null;
  return (
    <Notice
      tone="warm"
      icon="info"
      title={t('Its owner gives access on request')}
      text={gateWords(repository)}
    >
      <View style={styles.button}>
        <OutsideLink
          label={t('Ask on its page')}
          name={t('Ask on its page for access to {repository}, opens in a new tab', {
            repository: repository.name,
          })}
          icon="external"
          tone="tonal"
          url={pageOf(repository.name)}
        />
      </View>
    </Notice>
  );
}

const styles = StyleSheet.create({
  button: { alignItems: 'flex-start', marginTop: space.s },
});
