import { escapeHtml } from '../../http/escape-html.js';
import { htmlButton, htmlLink, htmlMail } from '../mail/html-mail.js';
import type { Placeholder } from './mail-kinds.js';

/** The text of a mail, with placeholders. */
export interface MailTemplate {
  readonly subject: string;
  readonly paragraphs: readonly string[];
}

/** What the placeholders stand for; undefined where the mail has no such value. */
export type MailValues = Readonly<Partial<Record<Placeholder, string>>>;

export interface RenderedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

const placeholder = /\{\{(\w+)\}\}/g;
/** A paragraph that is a button: `[Confirm your address]({{link}})`. */
const button = /^\[([^\]\n]+)\]\(\{\{link\}\}\)$/;
const known: readonly string[] = ['service', 'url', 'name', 'link', 'code'] satisfies Placeholder[];

/**
 * Reads a text: a line `Subject: …`, then paragraphs between empty lines.
 * @param required placeholders that it must contain
 * @throws Error that completes the sentence "FILE …"
 */
export function parseTemplate(source: string, required: readonly Placeholder[] = []): MailTemplate {
  const [head = '', ...blocks] = source
    .replace(/^\ufeff/, '')
    .replaceAll('\r\n', '\n')
    .trim()
    .split(/\n[ \t]*\n+/);
  const [, subject] = /^Subject: (\S.*)$/.exec(head) ?? [];
  if (subject === undefined) throw new Error('must begin with a line "Subject: …", then an empty line');
  const paragraphs = blocks.map((block) => block.trim().replaceAll(/\s*\n\s*/g, ' ')).filter(Boolean);
  if (!paragraphs.length) throw new Error('has no text below its subject');
  const used = [subject, ...paragraphs].flatMap((text) =>
    [...text.matchAll(placeholder)].map(([, name = '']) => name),
  );
  const unknown = used.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`has {{${unknown}}}: use ${known.join(', ')}`);
  const missing = required.find((name) => !used.includes(name));
  if (missing !== undefined) throw new Error(`lacks {{${missing}}}, which people need`);
  return { subject, paragraphs };
}

/** The mail with the same content as text and as HTML. */
export function renderMail(
  { subject, paragraphs }: MailTemplate,
  values: MailValues,
  language: string,
): RenderedMail {
  const title = filled(subject, values);
  return {
    subject: title,
    text: `${paragraphs
      .map((paragraph) => textOf(paragraph, values))
      .join('')
      .trim()}\n`,
    html: htmlMail(
      title,
      paragraphs.flatMap((paragraph) => htmlOf(paragraph, values)),
      language,
    ),
  };
}

const filled = (text: string, values: MailValues) =>
  text.replaceAll(placeholder, (_, name: Placeholder) => values[name] ?? '');

/** A button is its link, on a line below the paragraph that it belongs to. */
const textOf = (paragraph: string, values: MailValues) =>
  button.test(paragraph) ? `\n${values.link ?? ''}` : `\n\n${filled(paragraph, values)}`;

function htmlOf(paragraph: string, values: MailValues): string[] {
  const { link = '' } = values;
  const [, label] = button.exec(paragraph) ?? [];
  if (label !== undefined) return [htmlButton(link, filled(label, values)), htmlLink(link)];
  return [
    paragraph
      .split(/(\{\{\w+\}\})/)
      .map((part) => {
        const [, name] = /^\{\{(\w+)\}\}$/.exec(part) ?? [];
        return name === undefined
          ? escapeHtml(part)
          : htmlValue(name as Placeholder, values[name as Placeholder] ?? '');
      })
      .join(''),
  ];
}

function htmlValue(name: Placeholder, value: string): string {
  switch (name) {
    case 'name':
      // Its direction must not turn the text around it.
      return value && ` <bdi>${escapeHtml(value.trim())}</bdi>`;
    case 'url':
    case 'link':
      return htmlLink(value);
    case 'code':
      return `<strong style="font-size: 20px; letter-spacing: 2px">${escapeHtml(value)}</strong>`;
    case 'service':
      return escapeHtml(value);
  }
}
