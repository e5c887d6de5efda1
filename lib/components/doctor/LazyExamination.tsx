/** The examination, whose words are many: loaded when somebody looks at it. */
import { lazy, Suspense, type ComponentProps } from 'react';
import type { Examination } from './Examination';

const Loaded = lazy(() =>
  import('./Examination').then((loaded) => ({ default: loaded.Examination })),
);

export function LazyExamination(props: ComponentProps<typeof Examination>) {
  return (
    <Suspense fallback={null}>
      <Loaded {...props} />
    </Suspense>
  );
}
