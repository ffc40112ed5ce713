/** The secrets of the service, by the names under which they are stored. */
export type SecretName = 'password-hash' | 'jwt-secret';

/** The result of reading a stored secret. An existing one that cannot be read must not be replaced unasked. */
export type StoredSecret =
  { readonly state: 'kept'; readonly secret: string } | { readonly state: 'none' | 'unreadable' };

/** Where one secret is stored: in a file beside the database, or in a row that several instances share. */
export interface SecretStore {
  /** Where it is, for the operator. */
  readonly place: string;
  /** Whether a secret may be stored where there is none. */
  readonly mayCreate: boolean;
  /** Whether several instances have the same one. Default: no. */
  readonly isShared?: boolean;

  /** @throws ProblemError where the database cannot be read. */
  read(): Promise<StoredSecret>;

  /**
   * The secret where it may have changed since the last call; called for every request, so that it does not wait.
   * A store without a cheap way to tell returns `undefined`, and is read with the credentials that are cached.
   */
  readIfChanged(): StoredSecret | undefined;

  /**
   * Stores a secret in place of `found`, which was just read; durable when it resolves.
   * @returns the secret that is stored now: another one where another instance was faster.
   * @throws where it cannot be stored; nothing is changed then.
   */
  write(secret: string, found: StoredSecret): Promise<string>;
}
