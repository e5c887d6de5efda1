/** A repository whose files are known: one of its builds can be chosen and added. */
import { useState } from 'react';
import { Text } from 'react-native-paper';
import { useModelHub } from '../../ai/hub/ModelHubProvider';
import type { ChosenFiles, JudgedBuild, JudgedRepository } from '../../ai/hub/judgeRepository';
import { Heading } from '../ui/Heading';
import { Notice } from '../ui/Notice';
import { useColors } from '../ui/theme';
import { versionsWords } from '../words/addWords';
import { t } from '../words/language';
import { overturnedWords } from '../words/lookWords';
import { printable } from '../words/words';
import { AddSheet } from './AddSheet';
import { BuildChoice } from './BuildChoice';
import { BuildLook } from './BuildLook';
import { FileChoice } from './FileChoice';
import { GateNotice } from './GateNotice';
import { RepositoryFactList } from './RepositoryFactList';
import { useLook } from './useLook';

interface OpenedSheetProps {
  opened: JudgedRepository;
  origin: 'hub' | 'link';
  onClose: () => void;
}

export function OpenedSheet({ opened, origin, onClose }: OpenedSheetProps) {
  const hub = useModelHub();
  const [path, setPath] = useState(opened.namedPath ?? opened.recommendation.build?.path);
  const judged = useLook(opened, path);
  const { repository, builds, recommendation } = judged;
  const [files, setFiles] = useState<ChosenFiles>({});
  const given = builds.find(({ found }) => found.path === path);
  const chosen = given && hub.withFiles(repository, given, files);

  const isReady =
    chosen?.runsHere === true &&
    chosen.found.problem === undefined &&
    chosen.look.kind !== 'refused';
  return (
    <AddSheet
      title={repository.name}
      origin={origin}
      find={isReady ? (signal) => hub.pin(repository, chosen.found.build, signal) : undefined}
      isEmpty={builds.length === 0}
      onClose={onClose}
    >
      <RepositoryFactList repository={repository} builds={builds} />
      <GateNotice repository={repository} />
      <Versions judged={judged} overturned={overturnedWords(opened.recommendation, judged)} />
      <BuildChoice
        builds={builds}
        recommendedPath={recommendation.build?.path}
        value={path}
        onChange={(next) => {
          setPath(next);
          setFiles({});
        }}
      />
      {given === undefined ? null : (
        <>
          <BuildLook build={given} />
          <NeededFiles judged={judged} given={given} files={files} onFiles={setFiles} />
        </>
      )}
    </AddSheet>
  );
}

interface VersionsProps {
  judged: JudgedRepository;
  overturned: string | undefined;
}

function Versions({ judged: { builds, missing, recommendation }, overturned }: VersionsProps) {
  const colors = useColors();
  return (
    <>
      {missing === undefined ? null : (
        <Notice
          tone="warm"
          icon="info"
          text={t('The repository has no {part}. Choose another version.', {
            part: printable(missing),
          })}
        />
      )}
      <Heading level={3} text={t('Its versions')} />
      {overturned === undefined ? null : <Notice tone="warm" icon="warning" text={overturned} />}
      <Text variant="bodyMedium" style={{ color: colors.onSurfaceVariant }}>
        {builds.length === 0
          ? t('The repository has no file that is a model for this app.')
          : versionsWords(recommendation)}
      </Text>
    </>
  );
}

interface NeededFilesProps {
  judged: JudgedRepository;
  given: JudgedBuild;
  files: ChosenFiles;
  onFiles: (files: ChosenFiles) => void;
}

/** For a build without files that its engine needs: the person tells which ones these are. */
function NeededFiles({ judged: { repository }, given, files, onFiles }: NeededFilesProps) {
  const { candidatesFor } = useModelHub();
  const { problem } = given.found;
  if (!given.runsHere || problem?.kind !== 'needs') return null;
  return problem.roles.map((role) =>
    role === 'weights' ? null : (
      <FileChoice
        key={role}
        role={role}
        candidates={candidatesFor(repository, given, role)}
        value={files[role]}
        onChange={(chosen) => onFiles({ ...files, [role]: chosen })}
      />
    ),
  );
}
