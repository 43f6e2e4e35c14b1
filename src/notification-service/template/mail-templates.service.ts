import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidSettingsError } from '../../config/invalid-settings.error.js';
import type { Settings } from '../../config/settings.js';
import { greetingName } from '../../identity/person-name.js';
import type { Mail } from '../mail/mail.js';
import type { MailRequest } from '../request/mail-request.dto.js';
import { english } from './english.js';
import { mailKind, mailKindNames } from './mail-kinds.js';
import type { MailKindName } from './mail-kinds.js';
import { parseTemplate, renderMail } from './mail-template.js';
import type { MailTemplate } from './mail-template.js';

const builtIn = 'en';

/** The texts of all mails in the language of the service. They are read and checked at the start. */
export class MailTemplates {
  private constructor(
    private readonly settings: Settings,
    private readonly templates: ReadonlyMap<MailKindName, MailTemplate>,
  ) {}

  /** @throws InvalidSettingsError that names the file and what is wrong with it */
  static async load(settings: Settings): Promise<MailTemplates> {
    const { mailTemplates, mailLanguage } = settings.notificationService;
    const folder = mailTemplates === undefined ? undefined : join(mailTemplates, mailLanguage);
    const files = await filesIn(folder, mailLanguage);
    const templates = new Map<MailKindName, MailTemplate>();
    for (const kind of mailKindNames) {
      const file = `${kind}.txt`;
      const isReplaced = files.includes(file);
      if (!isReplaced && mailLanguage !== builtIn)
        throw invalid('MAIL_TEMPLATES', `must have ${join(mailLanguage, file)}: only English is built in`);
      const source =
        folder !== undefined && isReplaced ? await readFile(join(folder, file), 'utf8') : english[kind];
      try {
        templates.set(kind, parseTemplate(source, mailKind(kind).required));
      } catch (error) {
        throw invalid(
          'MAIL_TEMPLATES',
          `has a file ${join(mailLanguage, file)} that ${(error as Error).message}`,
        );
      }
    }
    return new MailTemplates(settings, templates);
  }

  /** Whether a mail of this kind has a link that only its token completes. */
  needsToken(kind: MailKindName): boolean {
    return mailKind(kind).page !== undefined;
  }

  compose(kind: MailKindName, key: string, { email, name, token, code }: MailRequest): Mail {
    const { service, account, notificationService } = this.settings;
    const greeting = greetingName(name);
    const { page } = mailKind(kind);
    const values = {
      service: service.name,
      url: service.publicUrl,
      name: greeting === undefined ? '' : ` ${greeting}`,
      link: page === undefined ? service.welcomeLink : `${service.publicUrl}/${page}#token=${token ?? ''}`,
      code: code ?? '',
    };
    const variant = kind === 'welcome' && account.activation === 'mail' ? 'welcome-by-mail' : kind;
    const template = this.templates.get(variant) as MailTemplate;
    return {
      key,
      to: { address: email, name: greeting ?? '' },
      ...renderMail(template, values, notificationService.mailLanguage),
    };
  }
}

/** The texts that an operator has written for a language. */
async function filesIn(folder: string | undefined, language: string): Promise<string[]> {
  if (folder === undefined) {
    if (language === builtIn) return [];
    throw invalid('MAIL_LANGUAGE', 'must be en, or MAIL_TEMPLATES must name the folder with its texts');
  }
  const files = await readdir(folder).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    // English needs no folder of its own.
    if (code === 'ENOENT' && language === builtIn) return [];
    throw invalid('MAIL_TEMPLATES', `must have a folder ${language} that can be read (${code})`);
  });
  const unknown = files.find(
    (file) => file.endsWith('.txt') && !mailKindNames.some((kind) => file === `${kind}.txt`),
  );
  if (unknown !== undefined)
    throw invalid(
      'MAIL_TEMPLATES',
      `has a file ${join(language, unknown)} that is no mail: the mails are ${mailKindNames.join(', ')}`,
    );
  return files;
}

const invalid = (name: string, problem: string) =>
  new InvalidSettingsError([{ name, problem, example: name === 'MAIL_LANGUAGE' ? 'en' : 'templates' }]);
