/** How tokens are spelled, as far as requests are looked through for them: no secret, no store. */
export interface TokenForm {
  /** `acme`, of `acme_...`. */
  readonly prefix: string;
  hasPrefix(text: string): boolean;
  /** Length, alphabet and checksum. */
  isWellFormed(text: string): boolean;
  /** The part of a well formed token that is no secret. */
  lookupIdOf(text: string): string;
}
