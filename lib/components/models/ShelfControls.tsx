/** Search and order of a shelf that has many models. */
import { Segments } from '../ui/Segments';
import { TextField } from '../ui/TextField';
import type { ShelfOrder } from './shelfOrder';

const ORDERS: readonly { value: ShelfOrder; label: string }[] = [
  { value: 'listed', label: 'As listed' },
  { value: 'favourites', label: 'Favourites first' },
  { value: 'name', label: 'Name' },
  { value: 'size', label: 'Size' },
  { value: 'last-used', label: 'Last used' },
];

interface ShelfControlsProps {
  query: string;
  onQuery: (query: string) => void;
  /** How many models the search has found. */
  found: number;
  order: ShelfOrder;
  onOrder: (order: ShelfOrder) => void;
}

export function ShelfControls({ query, onQuery, found, order, onOrder }: ShelfControlsProps) {
  return (
    <>
      <TextField
        label="Search"
        kind="search"
        hint={found === 1 ? '1 model' : `${found} models`}
        value={query}
        onChange={onQuery}
      />
      <Segments label="Order" wrap value={order} onChange={onOrder} options={ORDERS} />
    </>
  );
}
