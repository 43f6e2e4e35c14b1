import { InvalidSettingsError } from '../../config/invalid-settings.error.js';
import { DurableFolder } from '../durable-folder.js';

/** @throws InvalidSettingsError when the folder cannot be created or written to */
export async function openMailFolder(path: string): Promise<DurableFolder> {
  try {
    return await DurableFolder.open(path);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    const problem = `must be a folder that this process can write to (${code})`;
    throw new InvalidSettingsError([{ name: 'MAIL_FOLDER', problem, example: 'data/mails' }]);
  }
}
