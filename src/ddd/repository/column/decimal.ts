import { ColumnValueError } from './column-type.js';

/** `units / 10 ** scale` */
export interface Decimal {
  readonly units: bigint;
  readonly scale: number;
}

/**
 * PostgreSQL's limits on digits before and after the point.
 * (https://www.postgresql.org/docs/current/datatype-numeric.html)
 */
const maxIntegerDigits = 131_072;
const maxScale = 16_383;
const pattern = /^([+-]?)(\d+)(?:\.(\d+))?(?:e([+-]?\d{1,6}))?$/i;

/** The exact value of a number, or of its text. @throws ColumnValueError unless it is a finite number */
export function decimalOf(value: unknown): Decimal {
  if (typeof value === 'bigint') return { units: value, scale: 0 };
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new ColumnValueError('must be a finite number: NaN and Infinity cannot be kept');
  const [, sign, integerDigits, fraction = '', exponent = '0'] =
    typeof value === 'number' || typeof value === 'string' ? (pattern.exec(String(value)) ?? []) : [];
  if (integerDigits === undefined) throw new ColumnValueError('must be a number, or a number as text');
  const scale = fraction.length - Number(exponent);
  if (scale > maxScale || integerDigits.length + Number(exponent) > maxIntegerDigits)
    throw new ColumnValueError('has too many digits');
  const units = BigInt(`${sign === '-' ? '-' : ''}${integerDigits}${fraction}`);
  return scale < 0 ? { units: units * 10n ** BigInt(-scale), scale: 0 } : { units, scale };
}

/** The greatest multiple of `10 ** -scale` that is not above a number, and whether it equals the number. */
export function floorTo(
  scale: number,
  decimal: Decimal,
): { readonly units: bigint; readonly isExact: boolean } {
  if (decimal.scale <= scale)
    return { units: decimal.units * 10n ** BigInt(scale - decimal.scale), isExact: true };
  const step = 10n ** BigInt(decimal.scale - scale);
  const rest = decimal.units % step;
  return { units: decimal.units / step - (rest < 0n ? 1n : 0n), isExact: rest === 0n };
}

/** With all digits of the scale: 1.50 */
export function decimalText({ units, scale }: Decimal): string {
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, '0');
  const sign = units < 0n ? '-' : '';
  return scale ? `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}` : `${sign}${digits}`;
}

export function compareDecimals(one: string, other: string): number {
  const [left, right] = [decimalOf(one), decimalOf(other)];
  const scale = Math.max(left.scale, right.scale);
  const difference = floorTo(scale, left).units - floorTo(scale, right).units;
  return difference === 0n ? 0 : difference < 0n ? -1 : 1;
}
