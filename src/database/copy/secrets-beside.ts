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
  /** In place of those that are there; durable when it resolves. */
  replace(file: string, secrets: readonly KeptSecret[]): Promise<void>;
}
