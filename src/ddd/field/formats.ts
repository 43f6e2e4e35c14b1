/** What a text must be to be read as a value, for error messages. */
export const formatDescription = {
  uuid: 'Must be a UUID as in d73d4a62-dfe9-4907-91f4-f6b06f33c534',
  moment: 'Must be a date and time as in 2026-01-31T12:00:00Z',
  day: 'Must be a day as in 2026-01-31',
  decimal: 'Must be a decimal number as in 12.50',
} as const;

/** In lower case, as databases return it. @returns undefined for anything but a UUID */
export function readUuid(text: string): string | undefined {
  return /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text) ? text.toLowerCase() : undefined;
}

/** @returns undefined for anything but a moment of the years 1 to 9999, which every database keeps */
export function readMoment(text: string): Date | undefined {
  const [, year, month, day] =
    /^(\d{4})-(\d\d)-(\d\d)T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/.exec(text) ?? [];
  if (!year || !isDayOfMonth(year, month, day)) return undefined;
  const date = new Date(text);
  return date.getUTCFullYear() >= 1 && date.getUTCFullYear() <= 9999 ? date : undefined;
}

/** @returns undefined for anything but a day of the years 1 to 9999 */
export function readDay(text: string): string | undefined {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  return year && year !== '0000' && isDayOfMonth(year, month, day) ? text : undefined;
}

/** @returns undefined for anything but digits with a point between them, or more than 40 on one side of it */
export function readDecimal(text: string): string | undefined {
  return isDecimal(text) && !/\d{41}/.test(text) ? text : undefined;
}

export const isDecimal = (text: string): boolean => /^-?\d+(\.\d+)?$/.test(text);

/** A Date reads February 30 as March 2. */
function isDayOfMonth(year: string, month: string | undefined, day: string | undefined): boolean {
  const last = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  return Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= last;
}
