/** Which file of the repository has a role that no file has by its name. */
import { Text } from 'react-native-paper';
import type { RepositoryFile } from '../../ai/discover/askRepository';
import type { FileRole } from '../../ai/runtimes/modelBuild';
import { Heading } from '../ui/Heading';
import { Notice } from '../ui/Notice';
import { Options } from '../ui/Options';
import { useColors } from '../ui/theme';
import { roleHint, roleQuestion } from '../words/addWords';
import { t } from '../words/language';
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
      <Heading level={3} text={roleQuestion(role)} />
      <Text variant="bodySmall" style={{ color: colors.onSurfaceVariant }}>
        {roleHint(role)}
      </Text>
      {candidates.length === 0 ? (
        <Notice tone="warm" icon="info" text={t('The repository has no file that could be it.')} />
      ) : null}
      <Options
        label={roleQuestion(role)}
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
