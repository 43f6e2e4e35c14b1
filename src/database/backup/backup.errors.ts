/** A backup or a restore that did not happen. The message names the file and the way out. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}
