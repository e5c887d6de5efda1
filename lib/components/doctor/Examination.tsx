/** Examines the device and lists the findings; also where the app couldn't start, with nothing but the doctor. */
import { useEffect, useState } from 'react';
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import type { Finding } from '../../ai/doctor/causes';
import type { Doctor } from '../../ai/doctor/createDoctor';
import { Button } from '../ui/Button';
import { space, useColors } from '../ui/theme';
import { doctorReport } from '../words/doctorWords';
import { t } from '../words/language';
import { FindingRow } from './FindingRow';

interface ExaminationProps {
  doctor: Doctor;
  onCopy: (text: string) => void;
}

export function Examination({ doctor, onCopy }: ExaminationProps) {
  const colors = useColors();
  const [round, setRound] = useState(0);
  const { findings, isRunning } = useFindings(doctor, round);
  return (
    <>
      <Text role="status" variant="bodyMedium" style={{ color: colors.onSurfaceVariant }}>
        {isRunning ? t('Examining this device…') : summaryOf(findings)}
      </Text>
      <View style={styles.actions}>
        <Button
          label={t('Copy the report')}
          icon="copy"
          tone="filled"
          disabled={findings.length === 0}
          onPress={() => onCopy(doctorReport(findings))}
        />
        <Button
          label={t('Examine again')}
          icon="retry"
          settling={isRunning}
          onPress={() => setRound(round + 1)}
        />
      </View>
      <Text variant="bodyMedium" style={{ color: colors.onSurfaceVariant }}>
        {t('The report holds these lines and nothing that tells who or where you are.')}
      </Text>
      {/* At the end, so that nothing moves when they come. */}
      <View role="list" style={styles.list}>
        {findings.map((finding) => (
          <FindingRow key={finding.subject} finding={finding} />
        ))}
      </View>
    </>
  );
}

function useFindings(doctor: Doctor, round: number) {
  const [done, setDone] = useState<{ round: number; findings: readonly Finding[] }>();
  useEffect(() => {
    const leaving = new AbortController();
    doctor.examine(leaving.signal).then(
      (findings) => {
        if (!leaving.signal.aborted) setDone({ round, findings });
      },
      // Only when the screen is left: what fails is a finding.
      () => undefined,
    );
    return () => leaving.abort();
  }, [doctor, round]);
  return { findings: done?.findings ?? NONE, isRunning: done?.round !== round };
}

const NONE: readonly Finding[] = [];

function summaryOf(findings: readonly Finding[]): string {
  const countOf = (health: Finding['health']) =>
    findings.filter((finding) => finding.health === health).length;
  const [broken, limited] = [countOf('broken'), countOf('limited')];
  if (broken > 0) {
    return t('{count, plural, one {# thing is broken.} other {# things are broken.}}', {
      count: broken,
    });
  }
  return limited === 0
    ? t('Everything is fine.')
    : t(
        '{count, plural, one {Nothing is broken, # thing is limited.} other {Nothing is broken, # things are limited.}}',
        {
          count: limited,
        },
      );
}

const styles = StyleSheet.create({
  list: { gap: space.m },
  actions: { flexDirection: 'row', flexWrap: 'wrap', gap: space.m },
});
