/** Search and order of a shelf that has many models. */
import type { ModelOrder } from '../../ai/registry/modelOrder';
import { Segments } from '../ui/Segments';
import { TextField } from '../ui/TextField';
import { t } from '../words/language';

const orders = (): { value: ModelOrder; label: string }[] => [
  { value: 'listed', label: t('As listed') },
  { value: 'favourites', label: t('Favourites first') },
  { value: 'name', label: t('Name') },
  { value: 'size', label: t('Size') },
  { value: 'last-used', label: t('Last used') },
  { value: 'speed', label: t('Speed here') },
];

interface ShelfControlsProps {
  query: string;
  onQuery: (query: string) => void;
  /** How many models the search has found. */
  found: number;
  order: ModelOrder;
  onOrder: (order: ModelOrder) => void;
  /** Whether this app measures the speed of models. */
  isMeasured: boolean;
}

export function ShelfControls(props: ShelfControlsProps) {
  const { query, onQuery, found, order, onOrder, isMeasured } = props;
  const offered = isMeasured ? orders() : orders().filter(({ value }) => value !== 'speed');
  return (
    <>
      <TextField
        label={t('Search')}
        kind="search"
        hint={t('{count, plural, one {# model} other {# models}}', { count: found })}
        value={query}
        onChange={onQuery}
      />
      <Segments label={t('Order')} wrap value={order} onChange={onOrder} options={offered} />
    </>
  );
}
