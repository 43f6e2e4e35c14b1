const email = /(?<![\w.+%-])[\w.+%-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+/gi;

/** The text with every e-mail address in it masked, cut to `most` characters: fit for a log. */
export function withoutEmails(text: string, most: number): string {
  return text.slice(0, most).replace(email, '***');
}
