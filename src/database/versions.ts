/** Tells whether anything was written: the dependency injection token is the class. */
export abstract class Versions {
  /** A text that changes with every write, by whatever program, that could change an answer about the topic. */
  abstract versionOf(topic: string): string;
}
