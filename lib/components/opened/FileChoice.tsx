/** Which file of the repository has a role that no file has by its name. */
import { Text } from 'react-native-paper';
import type { RepositoryFile } from '../../ai/discover/askRepository';
import type { FileRole } from '../../ai/runtimes/modelBuild';
import { Heading } from '../ui/Heading';
import { Notice } from '../ui/Notice';
import { Options } from '../ui/Options';
import { useColors } from '../ui/theme';
import { ROLE_HINTS, ROLE_QUESTIONS } from '../words/addWords';
import { formatBytes, printable } from '../words/words';

interface FileChoiceProps {
  role: FileRole;
  candidates: readonly RepositoryFile[];
  value: string | undefined;
  onChange: (path: string) => void;
}

export function FileChoice({ role, candidates, value, onChange }: FileChoiceProps) {
  const colors = useColors();
  return (
    <>
      <Heading level={3} text={ROLE_QUESTIONS[role]} />
      <Text variant="bodySmall" style={{ color: colors.onSurfaceVariant }}>
        {ROLE_HINTS[role]}
      </Text>
      {candidates.length === 0 ? (
        <Notice tone="warm" icon="info" text="The repository has no file that could be it." />
      ) : null}
      <Options
        label={ROLE_QUESTIONS[role]}
        value={value}
        onChange={onChange}
        options={candidates.map(({ path, sizeBytes }) => {
          const name = `${printable(path)}, ${formatBytes(sizeBytes)}`;
          return { value: path, content: <Text variant="bodyMedium">{name}</Text> };
        })}
      />
    </>
  );
}
