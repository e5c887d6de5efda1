/** What the header of the chosen build tells, or why it tells nothing. */
import { StyleSheet, View } from 'react-native';
import type { JudgedBuild } from '../../ai/hub/judgeRepository';
import { Fact } from '../dialogs/Fact';
import { Heading } from '../ui/Heading';
import { Notice } from '../ui/Notice';
import { space } from '../ui/theme';
import { describeFailure } from '../words/failureWords';
import { t } from '../words/language';
import { headerFacts, lookWords } from '../words/lookWords';
import { Announced } from './Announced';

export function BuildLook({ build }: { build: JudgedBuild }) {
  const { look } = build;
  if (look.kind === 'none') return null;
  const failure = look.kind === 'refused' ? describeFailure(look.failure) : undefined;
  return (
    <View style={styles.all}>
      <Heading level={3} text={t('The chosen version')} />
      <Announced text={lookWords(build)} />
      {headerFacts(build).map(({ label, value }) => (
        <Fact key={label} label={label} value={value} />
      ))}
      {failure === undefined ? null : (
        <Notice tone="error" icon="warning" title={failure.title} text={failure.detail} />
      )}
    </View>
  );
}

const styles = StyleSheet.create({ all: { gap: space.s } });
