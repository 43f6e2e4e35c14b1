import { open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable, Logger } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import { canonicalEmail } from '../../identity/email-address.js';

/** More than the header of a mail of ours. */
const headBytes = 8_192;

/** The mails that the service keeps in MAIL_FOLDER. */
@Injectable()
export class KeptMails {
  private readonly logger = new Logger('Mail');
  private readonly folder: string;

  constructor({ notificationService }: Settings) {
    this.folder = notificationService.mailFolder;
  }

  /** Deletes those to an address. A repeat does nothing. */
  async forget(address: string): Promise<void> {
    let count = 0;
    for (const name of await readdir(this.folder)) {
      if (!name.endsWith('.eml')) continue;
      const file = join(this.folder, name);
      if (recipientOf(await headOf(file)) !== address) continue;
      await rm(file, { force: true });
      count++;
    }
    if (count) this.logger.log(`${count} mails to an erased account deleted`);
  }
}

async function headOf(path: string): Promise<string> {
  const file = await open(path).catch(unlessDeleted);
  if (!file) return '';
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return buffer.subarray(0, bytesRead).toString();
  } finally {
    await file.close();
  }
}

/** A mail that cannot be read may be one to the address: that fails, and is repeated. */
function unlessDeleted(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

/** The address in the header `To`, in its canonical form. */
function recipientOf(head: string): string | undefined {
  const [header = ''] = head.split(/\r?\n\r?\n/);
  const [, to = ''] = /^To:[ \t]*(.*)$/im.exec(header.replaceAll(/\r?\n[ \t]+/g, ' ')) ?? [];
  return canonicalEmail(/<([^<>]+)>\s*$/.exec(to)?.[1] ?? to);
}
