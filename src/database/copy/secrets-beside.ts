/** A secret of the service, as its table has it. */
export interface KeptSecret {
  readonly name: string;
  readonly value: string;
  /** In canonical form. */
  readonly updatedAt: string;
}

/** The secrets of a memory in a file that is served: they lie in files of their own, and its table has none. */
export interface SecretsBeside {
  /** @throws Error where one is there and cannot be read. */
  read(file: string): readonly KeptSecret[];
  /**
   * Lays them ready for a memory that is not in its place yet. They are its own from the moment it is, also where the process
   * ends there. Durable when it resolves.
   */
  prepare(file: string, secrets: readonly KeptSecret[]): Promise<void>;
  /**
   * Puts those that were prepared beside the file, in place of all that are there.
   * @returns those that cannot be put there: they count all the same, and the next start tries again.
   */
  replace(file: string, secrets: readonly KeptSecret[]): Promise<readonly string[]>;
  /**
   * Gives those that were prepared their place, where their memory has come and the process ended before it did.
   * @throws Error where that is not possible.
   */
  settle(file: string): Promise<void>;
  /** Those that were prepared for a memory that did not come. */
  discard(file: string): Promise<void>;
}
