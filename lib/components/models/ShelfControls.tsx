/** Search and order of a shelf that has many models. */
import type { ModelOrder } from '../../ai/registry/modelOrder';
import { Segments } from '../ui/Segments';
import { TextField } from '../ui/TextField';

const ORDERS: readonly { value: ModelOrder; label: string }[] = [
  { value: 'listed', label: 'As listed' },
  { value: 'favourites', label: 'Favourites first' },
  { value: 'name', label: 'Name' },
  { value: 'size', label: 'Size' },
  { value: 'last-used', label: 'Last used' },
  { value: 'speed', label: 'Speed here' },
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
  const orders = isMeasured ? ORDERS : ORDERS.filter(({ value }) => value !== 'speed');
  return (
    <>
      <TextField
        label="Search"
        kind="search"
        hint={found === 1 ? '1 model' : `${found} models`}
        value={query}
        onChange={onQuery}
      />
      <Segments label="Order" wrap value={order} onChange={onOrder} options={orders} />
    </>
  );
}
