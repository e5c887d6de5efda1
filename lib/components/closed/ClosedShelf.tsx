/** The models that the app would offer, below the reason why it can't start: to read about, and nothing else. */
import { useCallback, useState } from 'react';
import type { PropsWithChildren } from 'react';
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import type { ClosedModel } from '../../ai/catalogs/closedShelf';
import { Heading } from '../ui/Heading';
import { CardsScreen } from '../ui/Screen';
import { space, useColors } from '../ui/theme';
import { t } from '../words/language';
import { ClosedCard } from './ClosedCard';
import { ClosedDetails } from './ClosedDetails';

const FIRST_CARDS = 8;

interface ClosedShelfProps {
  models: readonly ClosedModel[];
}

export function ClosedShelf({ models, children }: PropsWithChildren<ClosedShelfProps>) {
  const colors = useColors();
  const [detailed, setDetailed] = useState<ClosedModel>();
  const renderCard = useCallback(
    (model: ClosedModel) => <ClosedCard model={model} onDetails={setDetailed} />,
    [],
  );
  return (
    <>
      <CardsScreen
        title={t('AI Models')}
        items={models}
        keyOf={idOf}
        renderCard={renderCard}
        firstCards={FIRST_CARDS}
      >
        {children}
        <View style={styles.head}>
          <Heading level={2} text={t('AI Models')} />
          <Text variant="bodyMedium" style={{ color: colors.onSurfaceVariant }}>
            {t('This is what the app offers. Here you can only read about it.')}
          </Text>
        </View>
      </CardsScreen>
      {detailed === undefined ? null : (
        <ClosedDetails model={detailed} onClose={() => setDetailed(undefined)} />
      )}
    </>
  );
}

const idOf = ({ config }: ClosedModel) => config.modelId;

const styles = StyleSheet.create({
  head: { gap: space.s },
});
