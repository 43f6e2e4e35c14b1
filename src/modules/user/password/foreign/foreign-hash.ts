/** A password hash in the format of another program, as an import brought it. */
export interface ForeignHash {
  /** The algorithm and its parameters. Hashes with the same text take the same work. */
  readonly work: string;
  readonly digest: Buffer;
  /** Computes what the digest of this password would be. */
  derive(plain: string): Promise<Buffer>;
}

/** Reads the hashes of one format. @throws UnreadableHashError for one that is too costly; undefined for another format */
export type ForeignFormat = (stored: string) => ForeignHash | undefined;
