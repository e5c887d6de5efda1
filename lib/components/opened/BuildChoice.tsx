/** The builds of a repository, one of which is chosen; those that can't be used come last, with the reason. */
import { View } from 'react-native';
import { Text } from 'react-native-paper';
import type { JudgedBuild } from '../../ai/hub/judgeRepository';
import { Badge } from '../models/Badge';
import { Disclosure } from '../ui/Disclosure';
import { Options, type Option } from '../ui/Options';
import { space, useColors } from '../ui/theme';
import { buildName, fitWords, obstacleWords, suspicionWords } from '../words/addWords';
import { gradeWords } from '../words/discoverWords';
import { t } from '../words/language';
import { speedWords } from '../words/measuredWords';
import { printable } from '../words/words';

interface BuildChoiceProps {
  builds: readonly JudgedBuild[];
  recommendedPath: string | undefined;
  value: string | undefined;
  onChange: (path: string) => void;
}

/** How many builds are shown at first. */
const SHOWN_FIRST = 6;

export function BuildChoice({ builds, recommendedPath, value, onChange }: BuildChoiceProps) {
  const usable = builds.filter(isUsable);
  const isFirst = ({ found }: JudgedBuild) =>
    found.path === recommendedPath || found.path === value;
  const ordered = [...usable.filter(isFirst), ...usable.filter((build) => !isFirst(build))];
  const [shown, hidden] = [ordered.slice(0, SHOWN_FIRST), ordered.slice(SHOWN_FIRST)];
  const unusable = builds.filter((build) => !isUsable(build));
  const options = (some: readonly JudgedBuild[], label: string) => (
    <Options
      label={label}
      value={value}
      onChange={onChange}
      options={some.map((build) => optionOf(build, build.found.path === recommendedPath))}
    />
  );
  return (
    <>
      {shown.length === 0 ? null : options(shown, t('Version'))}
      {hidden.length === 0 ? null : (
        <Disclosure
          label={t('{count, plural, one {# more} other {# more}}', { count: hidden.length })}
        >
          {options(hidden, t('More versions'))}
        </Disclosure>
      )}
      {unusable.length === 0 ? null : (
        <Disclosure
          label={t(
            '{count, plural, one {# that can’t be used here} other {# that can’t be used here}}',
            { count: unusable.length },
          )}
        >
          <View style={{ gap: space.m }}>
            {unusable.map((build) => (
              <BuildWords key={build.found.path} build={build} isRecommended={false} />
            ))}
          </View>
        </Disclosure>
      )}
    </>
  );
}

/** A build that lacks only files that a person can choose is usable. */
function isUsable({ found, runsHere }: JudgedBuild): boolean {
  return runsHere && (found.problem === undefined || found.problem.kind === 'needs');
}

function optionOf(build: JudgedBuild, isRecommended: boolean): Option<string> {
  return {
    value: build.found.path,
    content: <BuildWords build={build} isRecommended={isRecommended} />,
  };
}

interface Line {
  text: string;
  isWarning: boolean;
}

function linesOf(build: JudgedBuild): Line[] {
  const line = (text: string | undefined, isWarning = false): Line[] =>
    text === undefined ? [] : [{ text, isWarning }];
  return [
    ...line(gradeWords(build.found.grade)),
    ...(build.look.kind === 'refused' ? [] : line(fitWords(build), build.fit.fit === 'too-large')),
    ...line(build.speed && speedWords(build.speed)),
    ...line(suspicionWords(build), true),
    ...line(obstacleWords(build), true),
  ];
}

interface BuildWordsProps {
  build: JudgedBuild;
  isRecommended: boolean;
}

function BuildWords({ build, isRecommended }: BuildWordsProps) {
  const colors = useColors();
  return (
    <View style={{ gap: space.xs }}>
      <View style={{ flexDirection: 'row', flexWrap: 'wrap', columnGap: space.s }}>
        <Text variant="titleSmall">{buildName(build)}</Text>
        {isRecommended ? <Badge label={t('Recommended')} tone="good" /> : null}
      </View>
      <Text variant="bodySmall" style={{ color: colors.onSurfaceVariant }}>
        {printable(build.found.path)}
      </Text>
      {linesOf(build).map(({ text, isWarning }) => (
        <Text
          key={text}
          variant="bodySmall"
          style={{ color: isWarning ? colors.error : colors.onSurface }}
        >
          {text}
        </Text>
      ))}
    </View>
  );
}
