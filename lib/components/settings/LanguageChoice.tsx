/** The choice of the language of the app's texts. */
import { useState } from 'react';
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import { usePreferences } from '../../ai/settings/PreferencesProvider';
import { useNotices } from '../notices/Notices';
import { Button } from '../ui/Button';
import { Options } from '../ui/Options';
import { Overlay } from '../ui/Overlay';
import { Panel } from '../ui/Panel';
import { space, useColors } from '../ui/theme';
import { t } from '../words/language';
import { isLanguageTag, LANGUAGE_TAGS, LANGUAGES } from '../words/languages';

export function LanguageChoice() {
  const colors = useColors();
  const { language } = usePreferences();
  const [choosing, setChoosing] = useState(false);
  const chosen = isLanguageTag(language) ? LANGUAGES[language] : undefined;
  return (
    <Panel title={t('Language')}>
      <View style={styles.row}>
        <Text variant="bodyLarge" style={styles.name}>
          {chosen?.name ?? t('Like the system')}
        </Text>
        <Button label={t('Change the language')} onPress={() => setChoosing(true)} />
      </View>
      {chosen === undefined || chosen.isReviewed ? null : (
        <Text variant="bodyMedium" style={{ color: colors.onSurfaceVariant }}>
          {t('No native speaker has reviewed this translation yet.')}
        </Text>
      )}
      {choosing ? <LanguageDialog onClose={() => setChoosing(false)} /> : null}
    </Panel>
  );
}

function LanguageDialog({ onClose }: { onClose: () => void }) {
  const colors = useColors();
  const { language, setPreferences } = usePreferences();
  const { tellFailure } = useNotices();
  const options = LANGUAGE_TAGS.map((tag) => ({
    value: tag satisfies string,
    content: (
      <>
        <Text variant="bodyLarge">{LANGUAGES[tag].name}</Text>
        {LANGUAGES[tag].isReviewed ? null : (
          <Text variant="bodySmall" style={{ color: colors.onSurfaceVariant }}>
            {t('Not reviewed by a native speaker')}
          </Text>
        )}
      </>
    ),
  }));
  const system = {
    value: 'system',
    content: <Text variant="bodyLarge">{t('Like the system')}</Text>,
  };
  return (
    <Overlay title={t('Language')} onClose={onClose}>
      <Options
        label={t('Language')}
        options={[system, ...options]}
        value={isLanguageTag(language) ? language : 'system'}
        onChange={(value) => {
          setPreferences({ language: value }).then(onClose, tellFailure);
        }}
      />
    </Overlay>
  );
}

const styles = StyleSheet.create({
  row: {
    flexDirection: 'row',
    flexWrap: 'wrap',
    alignItems: 'center',
    justifyContent: 'space-between',
    gap: space.m,
  },
  name: { flexShrink: 1 },
});
