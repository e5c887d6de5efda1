/** A repository whose files are known: one of its builds can be chosen and added. */
import { useState } from 'react';
import { Text } from 'react-native-paper';
import { useModelHub } from '../../ai/hub/ModelHubProvider';
import type { ChosenFiles, JudgedBuild, JudgedRepository } from '../../ai/hub/judgeRepository';
import { LicenseDialog } from '../models/LicenseDialog';
import { Button } from '../ui/Button';
import { Heading } from '../ui/Heading';
import { Notice } from '../ui/Notice';
import { Overlay } from '../ui/Overlay';
import { useColors } from '../ui/theme';
import { openFailureWords, versionsWords } from '../words/addWords';
import { printable } from '../words/words';
import { Announced } from './Announced';
import { BuildChoice } from './BuildChoice';
import { FileChoice } from './FileChoice';
import { GateNotice } from './GateNotice';
import { RepositoryFactList } from './RepositoryFactList';
import { useAdding } from './useAdding';
import type { AddingBinding } from './useAdding';

interface OpenedSheetProps {
  judged: JudgedRepository;
  origin: 'hub' | 'link';
  onClose: () => void;
}

export function OpenedSheet({ judged, origin, onClose }: OpenedSheetProps) {
  const hub = useModelHub();
  const { repository, builds, recommendation, namedPath } = judged;
  const [path, setPath] = useState(namedPath ?? recommendation.build?.path);
  const [files, setFiles] = useState<ChosenFiles>({});
  const { adding, add, download, show } = useAdding(repository, origin);
  const given = builds.find(({ found }) => found.path === path);
  const chosen = given && hub.withFiles(repository, given, files);

  if (adding.kind === 'license') {
    const { config } = adding;
    return (
      <LicenseDialog
        config={config}
        onAccepted={() => download(config)}
        onClose={() => show(config)}
      />
    );
  }
  return (
    <Overlay
      title={repository.name}
      onClose={onClose}
      actions={
        builds.length === 0 ? undefined : (
          <AddButtons chosen={chosen} isBusy={adding.kind === 'adding'} add={add} />
        )
      }
    >
      <RepositoryFactList repository={repository} builds={builds} />
      <GateNotice repository={repository} />
      <Versions judged={judged} />
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
        <NeededFiles judged={judged} given={given} files={files} onFiles={setFiles} />
      )}
      <Announced text={adding.kind === 'adding' ? 'Adding it to the shelf…' : ''} />
      {adding.kind === 'failed' ? <AddFailure {...openFailureWords(adding.failure)} /> : null}
    </Overlay>
  );
}

interface AddButtonsProps extends Pick<AddingBinding, 'add'> {
  chosen: JudgedBuild | undefined;
  isBusy: boolean;
}

function AddButtons({ chosen, isBusy, add }: AddButtonsProps) {
  const isReady = chosen?.runsHere === true && chosen.found.problem === undefined;
  const disabled = !isReady || isBusy;
  const press = (downloads: boolean) => chosen && add(chosen.found.build, downloads);
  return (
    <>
      <Button label="Add to the shelf" disabled={disabled} onPress={() => press(false)} />
      <Button
        label="Add and download"
        icon="download"
        tone="filled"
        disabled={disabled}
        onPress={() => press(true)}
      />
    </>
  );
}

function Versions({
  judged: { builds, missing, recommendation },
}: Pick<OpenedSheetProps, 'judged'>) {
  const colors = useColors();
  return (
    <>
      {missing === undefined ? null : (
        <Notice
          tone="warm"
          icon="info"
          text={`The repository has no ${printable(missing)}. Choose another version.`}
        />
      )}
      <Heading level={3} text="Its versions" />
      <Text variant="bodyMedium" style={{ color: colors.onSurfaceVariant }}>
        {builds.length === 0
          ? 'The repository has no file that is a model for this app.'
          : versionsWords(recommendation)}
      </Text>
    </>
  );
}

function AddFailure({ title, detail }: { title: string; detail: string }) {
  return <Notice tone="error" icon="warning" title={title} text={`It wasn’t added. ${detail}`} />;
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
