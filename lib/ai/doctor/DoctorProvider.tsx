/** Gives the doctor to React. */
import { createContext, use } from 'react';
import type { PropsWithChildren } from 'react';
import type { Doctor } from './createDoctor';

const DoctorContext = createContext<Doctor | undefined>(undefined);

export function DoctorProvider({ doctor, children }: PropsWithChildren<{ doctor: Doctor }>) {
  return <DoctorContext value={doctor}>{children}</DoctorContext>;
}

/** @throws Error outside of a DoctorProvider: render the component inside of the app's root layout. */
export function useDoctor(): Doctor {
  const doctor = use(DoctorContext);
  if (doctor === undefined) throw new Error('useDoctor needs a DoctorProvider above it.');
  return doctor;
}
