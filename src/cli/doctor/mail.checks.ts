import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createTransport } from 'nodemailer';
import type { NodemailerError } from 'nodemailer';
import { nearestFolder } from './database-file.check.js';
import type { Finding } from './finding.js';

const timeoutMs = 5_000;

/** Checks that the mail server responds and accepts the login. It sends no mail. */
export async function checkMailServer(smtpUrl: string): Promise<Finding> {
  const { protocol, host } = new URL(smtpUrl);
  const where = `${protocol}//${host}`;
  const limits = {
    dnsTimeout: timeoutMs,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
  };
  const transport = createTransport({ url: smtpUrl, ...limits });
  try {
    await transport.verify();
    return { check: 'mail', status: 'ok', found: `${where} responds, and accepts the login if there is one` };
  } catch (error) {
    // Its message can repeat the login.
    const { code = 'unknown', responseCode } = error as NodemailerError;
    return {
      check: 'mail',
      status: 'failure',
      found: `${where} cannot be used (${[code, responseCode].filter(Boolean).join(' ')})`,
      remedy: 'Correct SMTP_URL, or repair the mail server; until then mails wait and none is lost',
    };
  } finally {
    transport.close();
  }
}

/**
 * Checks that the mail folder is writable: without SMTP_URL for the mails, and always for the record of sent mails.
 */
export async function checkMailFolder(mailFolder: string): Promise<Finding> {
  const folder = resolve(mailFolder);
  try {
    for (const needed of [folder, join(folder, '.sent')])
      await requireWritable(nearestFolder(join(needed, 'mail')));
    return { check: 'mail', status: 'ok', found: `mails and the record of them can be written to ${folder}` };
  } catch (error) {
    const { code = 'unknown', path = folder } = error as NodeJS.ErrnoException;
    return {
      check: 'mail',
      status: 'failure',
      found: `${path} cannot be written to (${code}), so the notification service does not start`,
      remedy: 'Let this user write there, or set MAIL_FOLDER to another place',
    };
  }
}

async function requireWritable(path: string): Promise<void> {
  const isFolder = (await stat(path)).isDirectory();
  if (!isFolder) throw Object.assign(new Error(`${path} is not a folder`), { code: 'ENOTDIR', path });
  await access(path, constants.W_OK | constants.X_OK);
}
