/** A backup or a restore that did not happen. The message names the file and the remedy. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}
