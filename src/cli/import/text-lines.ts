import type { Readable } from 'node:stream';

/** A longer line is not an account. */
export const maxLineLength = 65_536;

export interface TextLine {
  /** From 1. */
  readonly line: number;
  /** Undefined for a line that is too long. */
  readonly text: string | undefined;
}

/** The lines of a file that are not empty. Not `readline`: that also ends a line within a JSON text, at U+2028. */
export async function* textLines(stream: Readable): AsyncGenerator<TextLine> {
  let rest = '';
  let isTooLong = false;
  let line = 0;
  stream.setEncoding('utf8');
  for await (const chunk of stream as AsyncIterable<string>) {
    const texts = (rest + chunk).split('\n');
    rest = texts.pop() ?? '';
    for (const text of texts) {
      line++;
      if (isTooLong || text.length > maxLineLength) yield { line, text: undefined };
      else if (text.trim()) yield { line, text: trimmed(text) };
      isTooLong = false;
    }
    if (rest.length > maxLineLength) [rest, isTooLong] = ['', true];
  }
  if (isTooLong) yield { line: line + 1, text: undefined };
  else if (rest.trim()) yield { line: line + 1, text: trimmed(rest) };
}

/** Without the mark at the start of a file, and the first half of a line end of Windows. */
const trimmed = (text: string) => text.replace(/^\ufeff|\r$/g, '');
