/** Settings > AI Models > Add a model: finds models at the hub, and adds one of their builds to the shelf. */
import { useState } from 'react';
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import { useHubSearch, useModelHub } from '../../ai/hub/ModelHubProvider';
import type { FileAddress, RepositoryAddress } from '../../ai/discover/addressParts';
import { FileDrop } from '../imports/FileDrop';
import { Heading } from '../ui/Heading';
import { LinkButton } from '../ui/Button';
import { Notice } from '../ui/Notice';
import { Screen } from '../ui/Screen';
import { space, useColors } from '../ui/theme';
import { t } from '../words/language';
import { AddBox } from './AddBox';
import { AddressSheet } from '../opened/AddressSheet';
import { AddressNotice } from './AddressNotice';
import { EmptyBox } from './EmptyBox';
import { FoundList } from './FoundList';
import { RepositorySheet } from '../opened/RepositorySheet';
import { useAddLink, useSharedText } from './useAddLink';

/** What is shown in a dialog. */
interface Opened {
  address: RepositoryAddress | FileAddress;
  origin: 'hub' | 'link';
}

/** Needs the providers of the app above it, and Notices. */
export function AddModelScreen() {
  const hub = useModelHub();
  const { question, state } = useHubSearch();
  const colors = useColors();
  const link = useAddLink();
  const [followed, setFollowed] = useState<typeof link>();
  const [text, setText] = useState(useSharedText(question.words));
  const [opened, setOpened] = useState<Opened>();
  if (link !== followed) {
    setFollowed(link);
    setOpened(link?.address && { address: link.address, origin: 'link' });
  }

  const meant = hub.readAddress(text);
  const open = (address: Opened['address']) => setOpened({ address, origin: 'hub' });
  const isEmpty = meant.kind === 'words' && meant.words === '';
  // Whatever is popular is found without words.
  const asksForAll = question.words === '' && state !== 'idle';

  function change(written: string): void {
    setText(written);
    const address = hub.readAddress(written);
    if (address.kind === 'words' && address.words !== '') {
      hub.search.change({ words: address.words });
    }
  }

  function submit(): void {
    if (meant.kind === 'repository' || meant.kind === 'elsewhere') open(meant);
    if (meant.kind !== 'words' || meant.words === '') return;
    hub.search.change({ words: meant.words });
    hub.search.submit();
  }

  function showPopular(): void {
    hub.search.change({ words: '', sort: 'trendingScore' });
    hub.search.submit();
  }

  return (
    <Screen title={t('Add a model')}>
      <View style={styles.head}>
        <View style={styles.back}>
          <LinkButton label={t('AI Models')} icon="back" tone="quiet" href="/settings/models" />
        </View>
        <Heading level={1} text={t('Add a model')} />
        <Text variant="bodyLarge" style={{ color: colors.onSurfaceVariant }}>
          {t(
            'Hugging Face is a public collection of models. Find one there, choose the version that fits this device, and it becomes a card on your shelf.',
          )}
        </Text>
      </View>
      {link === undefined || link.address ? null : (
        <Notice
          tone="warm"
          icon="warning"
          title={t('This link names no model')}
          text={t('Nothing was downloaded. Write the model’s name below to look for it.')}
        />
      )}
      <AddBox text={text} onChange={change} onSubmit={submit} />
      {meant.kind !== 'words' ? (
        <AddressNotice meant={meant} onOpen={open} />
      ) : isEmpty && !asksForAll ? (
        <EmptyBox onExample={change} onPopular={showPopular} />
      ) : (
        <FoundList onOpen={open} />
      )}
      <FileDrop />
      {opened === undefined ? null : (
        <OpenedDialog {...opened} onClose={() => setOpened(undefined)} />
      )}
    </Screen>
  );
}

function OpenedDialog({ address, origin, onClose }: Opened & { onClose: () => void }) {
  if (address.kind === 'elsewhere') {
    return <AddressSheet key={address.url} url={address.url} onClose={onClose} />;
  }
  const { repository, revision } = address;
  return <RepositorySheet key={`${repository}@${revision}`} {...{ address, origin, onClose }} />;
}

const styles = StyleSheet.create({
  head: { gap: space.s, alignItems: 'flex-start' },
  // The text of the link, not its invisible edge, is aligned with the text below.
  back: { marginHorizontal: -space.m },
});
