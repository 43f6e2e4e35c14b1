import { createHash } from 'node:crypto';

/** The values of a row as text, in the order of the table's columns. */
export type TextRow = readonly (string | null)[];

const size = 2n ** 256n;

/**
 * How many rows there are, and what is in them, in any order: the sum of the rows' SHA-256 digests.
 * Two tables with equal sums hold the same rows.
 */
export class TableDigest {
  #rows = 0;
  #sum = 0n;

  add(rows: readonly TextRow[]): void {
    for (const row of rows) {
      const hash = createHash('sha256').update(JSON.stringify(row)).digest('hex');
      this.#sum = (this.#sum + BigInt(`0x${hash}`)) % size;
    }
    this.#rows += rows.length;
  }

  get rows(): number {
    return this.#rows;
  }

  /** 64 hexadecimal digits. */
  get sum(): string {
    return this.#sum.toString(16).padStart(64, '0');
  }

  equals(other: TableDigest): boolean {
    return this.rows === other.rows && this.sum === other.sum;
  }
}
