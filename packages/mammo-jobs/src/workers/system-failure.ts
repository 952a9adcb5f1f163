const SYSTEM_CODES: readonly string[] = [
  'EAGAIN',
  'EBUSY',
  'EDQUOT',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'EMFILE',
  'ENFILE',
  'ENOMEM',
  'ENOSPC',
  'EROFS',
  'ESTALE',
  'ESTORE',
  'ETIMEDOUT',
];

/** Whether an error is the machine's, not an image's: a full disk, no memory, no more files. It may pass. */
export function isSystemFailure(error: unknown): boolean {
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  return code !== undefined && SYSTEM_CODES.includes(code);
}
