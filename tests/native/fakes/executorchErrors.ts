/** The errors of `react-native-executorch`, and the codes of ExecuTorch's own that they carry. */

export const RUNTIME_CODE = {
  InvalidState: 0x2,
  NotSupported: 0x10,
  InvalidArgument: 0x12,
  InvalidProgram: 0x23,
} as const;

export type RnExecuTorchError = Error & { code: string; etRuntimeErrorCode?: number };

// A type and the function that makes it have one name there, too.
// eslint-disable-next-line @typescript-eslint/no-redeclare
export function RnExecuTorchError(code: string, message: string, etRuntimeErrorCode?: number) {
  const error = Object.assign(new Error(message), { code });
  error.name = 'RnExecuTorchError';
  return etRuntimeErrorCode === undefined ? error : Object.assign(error, { etRuntimeErrorCode });
}

export function isRnExecuTorchError(error: unknown, code?: string): error is RnExecuTorchError {
  if (!(error instanceof Error) || error.name !== 'RnExecuTorchError') return false;
  return code === undefined || ('code' in error && error.code === code);
}
