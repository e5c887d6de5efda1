/** The chat while there is no model to chat with: an introduction, and the way to the first model. */
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import type { LlmModelConfig } from '../../ai/modelConfig';
import { useModel, useInstalledModels } from '../../ai/ModelProvider';
import { Button, LinkButton } from '../ui/Button';
import { Heading } from '../ui/Heading';
import { Icon } from '../ui/icons';
import type { IconName } from '../ui/icons';
import { Logo } from '../ui/Logo';
import { FirstModel } from '../models/FirstModel';
import { useNotices } from '../notices/Notices';
import { Screen } from '../ui/Screen';
import { radius, space, useColors } from '../ui/theme';
import { t } from '../words/language';

const promises = (): readonly { icon: IconName; title: string; text: string }[] => [
  {
    icon: 'storage',
    title: t('Yours'),
    text: t('The model is a file on this device, checked byte by byte.'),
  },
  {
    icon: 'chat',
    title: t('Private'),
    text: t('What you write is answered here and sent nowhere.'),
  },
  {
    icon: 'offline',
    title: t('Offline'),
    text: t('Once it is downloaded, it needs no network.'),
  },
];

export function FirstRun() {
  const colors = useColors();
  const installed = useInstalledModels();
  return (
    <Screen>
      <View style={styles.hero}>
        <Logo size={64} />
        <Heading level={1} text={t('Talk to a model that lives on this device')} />
        <Text variant="bodyLarge" style={{ color: colors.onSurfaceVariant }}>
          {t('It is a file that you download once. After that it answers without a network.')}
        </Text>
        <InstalledModels models={installed} />
        <FirstModel />
        <View style={styles.row}>
          <LinkButton label={t('Choose a model')} icon="library" href="/settings/models" />
        </View>
      </View>
      <View style={styles.promises}>
        {promises().map(({ icon, title, text }) => (
          <View
            key={title}
            style={[
              styles.promise,
              { backgroundColor: colors.surface, borderColor: colors.outlineVariant },
            ]}
          >
            <Icon name={icon} size={20} color={colors.primary} />
            <Heading level={2} text={title} />
            <Text variant="bodyMedium" style={{ color: colors.onSurfaceVariant }}>
              {text}
            </Text>
          </View>
        ))}
      </View>
    </Screen>
  );
}

/** For models that are downloaded while none is selected: one press starts the chat. */
function InstalledModels({ models }: { models: readonly LlmModelConfig[] }) {
  const { reloadModel } = useModel();
  const { tell, tellFailure } = useNotices();
  if (models.length === 0) return null;
  return (
    <View style={styles.row}>
      {models.map((config) => (
        <Button
          key={config.modelId}
          label={t('Use {name}', { name: config.displayName })}
          icon="check"
          tone="filled"
          onPress={() => {
            const told = () => tell(t('{name} is selected', { name: config.displayName }));
            reloadModel(config).then(told, tellFailure);
          }}
        />
      ))}
    </View>
  );
}

const styles = StyleSheet.create({
  hero: { gap: space.l, paddingTop: space.xl, maxWidth: 640 },
  row: { flexDirection: 'row', flexWrap: 'wrap', gap: space.s },
  promises: { flexDirection: 'row', flexWrap: 'wrap', gap: space.m },
  promise: {
    flexGrow: 1,
    flexBasis: 200,
    gap: space.s,
    padding: space.l,
    borderRadius: radius.l,
    borderWidth: 1,
  },
});
